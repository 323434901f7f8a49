/*
 * Work that nobody waits for lets pages go first: one process does both, and a person notices a tenth of a second.
 * A hint, never a lock: whoever asks goes on after its own patience, however many pages there are.
 */

/** Somebody counts as being at the desk for so long after a page, ms. */
const AT_THE_DESK_MS = 2000

let underWay = 0
let lastEnd = -Infinity
let waiting: (() => void)[] = []

/** A page is being made until the returned function is called. */
export function pageBegins(): () => void {
  underWay++
  let ended = false
  return () => {
    if (ended) return
    ended = true
    underWay--
    lastEnd = performance.now()
    if (underWay > 0) return
    const all = waiting
    waiting = []
    for (const wake of all) wake()
  }
}

/** Whether a page is being made, or was a moment ago. */
export function pagesAreRead(): boolean {
  return underWay > 0 || performance.now() - lastEnd < AT_THE_DESK_MS
}

/** Settles when no page is being made, or after so long (ms). */
export async function afterPages(patienceMs: number): Promise<void> {
  if (underWay === 0) return
  await new Promise<void>((done) => {
    const timer = setTimeout(done, patienceMs)
    waiting.push(() => {
      clearTimeout(timer)
      done()
    })
  })
}
