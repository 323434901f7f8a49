import { Piscina } from 'piscina'
import { letterOf, type Letter } from './letter.js'
import type { Entity } from './mime.js'
import { visibleText } from './quotes.js'

/*
 * Words of ordinary length are read where we stand: that takes less than handing them over. Long ones, of which a
 * hostile few cost seconds, are read in a thread of their own, so that no page waits for them and a time limit can
 * be kept (docs/decisions/0010).
 */

/** In bytes as they travelled. */
const LONG = 128 * 1024
const MOST_MS = 5000
const MOST_MB = 200

export interface Words extends Letter {
  readonly visible: string
}

/** What crosses over to the thread. */
export interface Task {
  readonly root: Entity | null
  readonly charset?: string
}

let pool: Piscina | undefined

/** @throws when reading takes longer than 5 s or more than 200 MB */
export async function wordsOf(root: Entity | null, charset?: string): Promise<Words> {
  if (!root || lengthOf(root) <= LONG) return readWords({ root, charset })
  pool ??= new Piscina({
    filename: new URL(import.meta.url.endsWith('.ts') ? './apart_worker.ts' : './apart_worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
  })
  try {
    return await pool.run({ root: outline(root, null), charset } satisfies Task, { signal: AbortSignal.timeout(MOST_MS) })
  } catch (error) {
    throw new Error('The text of this e-mail could not be read in time', { cause: error })
  }
}

export function readWords({ root, charset }: Task): Words {
  const letter = letterOf(root, charset)
  return { ...letter, visible: visibleText(letter.text, letter.html) }
}

function lengthOf({ raw, children }: Entity): number {
  return raw.reduce((sum, { length }) => sum + length, 0) + children.reduce((sum, child) => sum + lengthOf(child), 0)
}

/** The parts without their files and headers. */
function outline(entity: Entity, parent: Entity | null): Entity {
  const copy: Entity = { ...entity, lines: [], content: null, parent, children: [] }
  copy.children.push(...entity.children.map((child) => outline(child, copy)))
  return copy
}
