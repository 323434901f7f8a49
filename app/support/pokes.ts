import { randomUUID } from 'node:crypto'

/** Where pokes go: to the pages that are open. Set once by the web; without it nobody looks, and nothing is lost. */
type Sink = (names: readonly string[]) => void

/** So many pokes are remembered for pages that are drawn and do not listen yet: at a hundred mails a second, some twenty seconds. */
const REMEMBERED = 2000
/** Beyond so many names a page had better ask for everything. */
const MOST_NAMES = 200

const process = randomUUID().slice(0, 8)
const past: (readonly string[])[] = []
let told = 0
let sink: Sink | null = null

/**
 * Says that regions of open pages changed (`ticket-12`, `list`): each asks for itself again, with its
 * reader's rights and language. Call it by `afterCommit`. Never throws; losing one costs a moment.
 */
export function poke(names: readonly string[]) {
  past[told++ % REMEMBERED] = names
  sink?.(names)
}

/** How far this process has poked. A page carries what this was before anything was read for it. */
export function pokePosition(): string {
  return `${process}.${told}`
}

/** The names poked in this process since a position; null when that cannot be told: another process's, or too long ago. */
export function pokedSince(position: string): readonly string[] | null {
  const [whose, number] = position.split('.')
  const from = Number(number)
  if (whose !== process || !Number.isSafeInteger(from) || from < 0 || from > told || told - from > REMEMBERED) return null
  const names = new Set<string>()
  for (let at = from; at < told; at++) for (const name of past[at % REMEMBERED]) names.add(name)
  return names.size > MOST_NAMES ? null : [...names]
}

export function usePokeSink(next: Sink | null) {
  sink = next
}
