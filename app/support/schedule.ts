import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { nowMs } from './clock.js'
import { HOLDER } from './leases.js'
import { outsideTransaction } from './transaction.js'

interface Entry {
  readonly minutes: number
  readonly run: () => Promise<void>
  readonly outside: boolean
}

const entries = new Map<string, Entry>()
/** What waits for the outside at this moment, in this process. */
const underWay = new Map<string, Promise<void>>()

/**
 * Registers what is done again and again: every `minutes` (may be a fraction), in one process of all. It must
 * be harmless to run twice: a process that dies in the middle leaves its turn to the next.
 *
 * @param options.outside - it asks somebody else (a mail server, a push service), who may be silent for minutes: it
 *   runs beside the rest, so that no absence and no snoozed ticket waits for it, and not again before it has ended
 */
export function every(name: string, minutes: number, run: () => Promise<void>, { outside = false } = {}) {
  entries.set(name, { minutes, run, outside })
}

/** Takes back a registration (a plugin was switched off). */
export function never(name: string) {
  entries.delete(name)
}

/**
 * Runs what is due, here, if no other process has its turn. Called by the clock of each working
 * process every few seconds, and by the test clock after it moved.
 *
 * @param options.waitForOutside - settles only when what asks somebody else has ended too
 */
export async function runDueEntries({ waitForOutside = true } = {}) {
  const all = [...entries]
  for (const [name, entry] of all.filter(([, { outside }]) => !outside)) if (await takeTurn(`clock:${name}`, entry.minutes * 60_000)) await attempt(name, entry)
  for (const [name, entry] of all.filter(([, { outside }]) => outside)) {
    if (underWay.has(name) || !(await takeTurn(`clock:${name}`, entry.minutes * 60_000))) continue
    const work = attempt(name, entry).finally(() => underWay.delete(name))
    underWay.set(name, work)
    if (waitForOutside) await work
  }
}

/** Settles when nothing waits for the outside any more. */
export async function outsideSettled() {
  await Promise.all(underWay.values())
}

async function attempt(name: string, { run }: Entry) {
  try {
    await outsideTransaction(run)
  } catch (error) {
    logger.error({ err: error, name }, 'Something scheduled failed; its next turn tries again')
  }
}

/** Makes every entry due again: the clock was moved, and turns taken in another time mean nothing now. */
export async function resetTurns() {
  await db.from('leases').where('name', 'like', 'clock:%').update({ until_at: nowMs() })
}

/** A turn is a row whose time has come; who moves that time forward has the turn. */
async function takeTurn(name: string, ms: number): Promise<boolean> {
  const at = nowMs()
  const moved = await db.from('leases').where('name', name).where('until_at', '<=', at).update({ holder: HOLDER, until_at: at + ms })
  if (Number(moved) === 1) return true
  const made = await db.connection().knexQuery().table('leases').insert({ name, holder: HOLDER, until_at: at + ms }).onConflict('name').ignore().returning('name')
  return made.length === 1
}
