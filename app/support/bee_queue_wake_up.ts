import { createRequire } from 'node:module'
import logger from '@adonisjs/core/services/logger'
import { InProcessWakeUp } from './in_process_wake_up.js'
import type { Claim, WakeUp, Work } from './wake_up.js'

// bee-queue is CommonJS and brings its own Redis client.
const Queue = createRequire(import.meta.url)('bee-queue')

const KINDS: readonly Work[] = ['events', 'incoming', 'deliveries', 'jobs']
const STALLED_MS = 5000

/**
 * Wakes the handlers of every process that works. The claim, the sweep and the concurrency are
 * those of one process; Redis only carries the hint further. When Redis is gone the sweep goes on.
 */
export class BeeQueueWakeUp implements WakeUp {
  readonly #local = new InProcessWakeUp()
  readonly #queues = new Map<Work, any>()
  readonly #served = new Set<Work>()

  constructor(redisUrl: string) {
    for (const work of KINDS) {
      const queue = new Queue(`opora-${work}`, {
        redis: { url: redisUrl, retry_strategy: ({ attempt }: { attempt: number }) => Math.min(attempt * 200, 3000) },
        removeOnSuccess: true,
        removeOnFailure: true,
        activateDelayedJobs: true,
        isWorker: true,
        getEvents: false,
        sendEvents: false,
      })
      // An emitter without a listener would end the process when Redis goes away.
      queue.on('error', (error: Error) => logger.warn({ err: error.message, work }, 'Redis does not answer; the sweep carries on'))
      this.#queues.set(work, queue)
    }
  }

  wake(work: Work, id?: number) {
    // What is served here needs no round trip through Redis.
    if (this.#served.has(work)) this.#local.wake(work)

    const queue = this.#queues.get(work)
    if (!queue.isReady?.() && queue.client?.connected === false) return
    queue
      .createJob({ id: id ?? null })
      .save()
      .catch((error: Error) => logger.warn({ err: error.message, work }, 'A wake-up was lost; the sweep finds the row'))
  }

  serve(work: Work, claim: Claim) {
    this.#served.add(work)
    this.#local.serve(work, claim)

    const queue = this.#queues.get(work)
    queue.process(async () => {
      this.#local.wake(work)
    })
    queue.checkStalledJobs(STALLED_MS, () => {})
  }

  async close() {
    await this.#local.close()
    await Promise.allSettled([...this.#queues.values()].map((queue) => Promise.race([queue.close(1000), new Promise((done) => setTimeout(done, 1500).unref())])))
  }
}
