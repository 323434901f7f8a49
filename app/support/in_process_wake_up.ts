import logger from '@adonisjs/core/services/logger'
import type { Claim, WakeUp, Work } from './wake_up.js'

/** How many rows of a kind this process works on at once. */
const AT_ONCE: Record<Work, number> = { events: 1, incoming: 2, deliveries: 4, jobs: 4 }
const SWEEP_MS = 1000
/** Events are told this much later, ms, those of several commits together: an import makes many small ones. */
const GATHER_MS = 40

/** Wakes the handlers of this process, and asks each once a second for what a hint has missed. */
export class InProcessWakeUp implements WakeUp {
  readonly #claims = new Map<Work, Claim>()
  readonly #running = new Map<Work, Set<Promise<void>>>()
  readonly #again = new Set<Work>()
  #sweep: NodeJS.Timeout | null = null
  #gathering: NodeJS.Timeout | null = null
  #closed = false

  wake(work: Work) {
    if (work !== 'events') {
      setImmediate(() => this.#run(work))
      return
    }
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null
      this.#run('events')
    }, GATHER_MS).unref()
  }

  serve(work: Work, claim: Claim) {
    this.#claims.set(work, claim)
    this.#running.set(work, new Set())
    this.#sweep ??= setInterval(() => this.#sweepAll(), SWEEP_MS).unref()
  }

  async close() {
    this.#closed = true
    if (this.#sweep) clearInterval(this.#sweep)
    if (this.#gathering) clearTimeout(this.#gathering)
    await Promise.allSettled([...this.#running.values()].flatMap((set) => [...set]))
  }

  #sweepAll() {
    for (const work of this.#claims.keys()) this.#run(work)
  }

  #run(work: Work) {
    const claim = this.#claims.get(work)
    const running = this.#running.get(work)
    if (this.#closed || !claim || !running) return
    if (running.size >= AT_ONCE[work]) {
      this.#again.add(work)
      return
    }

    const turn = this.#drain(work, claim).finally(() => {
      running.delete(turn)
      if (this.#again.delete(work)) this.#run(work)
    })
    running.add(turn)
  }

  async #drain(work: Work, claim: Claim) {
    try {
      while (!this.#closed && (await claim(null))) {
        const running = this.#running.get(work)!
        // More may wait than one hand can carry: a second joins while the first goes on.
        if (running.size < AT_ONCE[work]) this.#run(work)
      }
    } catch (error) {
      logger.error({ err: error, work }, 'A waiting row could not be taken; the next sweep tries again')
    }
  }
}
