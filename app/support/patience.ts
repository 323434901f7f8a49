/** The other side took too long. */
export class TookTooLong extends Error {
  constructor(seconds: number) {
    super(`No answer within ${seconds} s`)
  }
}

/**
 * Settles with the work, or rejects after so many seconds with `late()`; the work itself cannot be
 * stopped, and what it throws afterwards is nobody's any more.
 */
export async function within<T>(seconds: number, work: T | Promise<T>, late: () => Error = () => new TookTooLong(seconds)): Promise<T> {
  let timer!: NodeJS.Timeout
  const bell = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000)
  })
  try {
    return await Promise.race([work, bell])
  } finally {
    clearTimeout(timer)
    Promise.resolve(work).catch(() => {})
  }
}

/** Waits so many milliseconds, or until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
