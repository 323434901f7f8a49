/** Where pokes go: to the pages that are open. Set once by the web; without it nobody looks, and nothing is lost. */
type Sink = (names: readonly string[]) => void

let sink: Sink | null = null

/**
 * Says that regions of open pages changed (`ticket-12`, `list`): each asks for itself again, with its
 * reader's rights and language. Call it by `afterCommit`. Never throws; losing one costs a moment.
 */
export function poke(names: readonly string[]) {
  sink?.(names)
}

export function usePokeSink(next: Sink | null) {
  sink = next
}
