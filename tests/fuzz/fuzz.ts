import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Result, Share } from './worker.js'

/** A mail that has not got on after this long hangs, however busy the machine is. In ms. */
const HANGS_AFTER = 60_000

/**
 * Reads damaged mails in worker threads.
 *
 * @throws when one hangs, or takes the thread with it; names the mail, so that `mutated(seeds(), seed, n)` gives its bytes
 */
export async function fuzz({ seed, count, threads = Math.min(4, availableParallelism()) }: { seed: number; count: number; threads?: number }): Promise<Result> {
  const each = Math.ceil(count / threads)
  const results = await Promise.all(Array.from({ length: threads }, (_, thread) => share(seed, thread * each, Math.min(count, (thread + 1) * each))))
  return results.reduce((sum, one) => ({
    read: sum.read + one.read,
    bounces: sum.bounces + one.bounces,
    refused: sum.refused + one.refused,
    failures: [...sum.failures, ...one.failures],
    slowest: Math.max(sum.slowest, one.slowest),
  }))
}

function share(seed: number, from: number, to: number): Promise<Result> {
  const at = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { seed, from, to, at } satisfies Share, resourceLimits: { maxOldGenerationSizeMb: 400 } })
  let last = -1
  return new Promise<Result>((done, fail) => {
    const watch = setInterval(() => {
      if (at[0] === last) fail(new Error(`Mail ${last} of seed ${seed} hangs`))
      last = at[0]
    }, HANGS_AFTER)
    worker.once('message', (result: Result) => (clearInterval(watch), done(result)))
    worker.once('error', (error) => (clearInterval(watch), fail(new Error(`Mail ${at[0]} of seed ${seed} took the thread with it`, { cause: error }))))
    worker.once('exit', (code) => (clearInterval(watch), fail(new Error(`The thread ended with ${code} at mail ${at[0]} of seed ${seed}`))))
  }).finally(() => worker.terminate())
}
