/** Settles with the work, or rejects with `late()` after so many seconds; the work itself cannot be stopped. */
export async function within<T>(seconds: number, work: T | Promise<T>, late: () => Error): Promise<T> {
  let timer!: NodeJS.Timeout
  const bell = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000)
  })
  try {
    return await Promise.race([work, bell])
  } finally {
    clearTimeout(timer)
  }
}

/** Sleeps, or wakes early by the signal. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
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
