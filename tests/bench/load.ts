import http from 'node:http'

export interface Load {
  /** ms */
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  readonly requests: number
  /** Processor time of the server a request, ms; where it was measured. */
  readonly processor?: number
}

export interface Asked {
  readonly path: string
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/**
 * Asks `connections` at a time over kept connections for `seconds`, one request after the other on each; the first
 * tenth of the time warms up and is not counted.
 *
 * @throws when an answer is not 200 (or what `expect` says): figures of error pages would be quick and worthless
 */
export async function load(url: string, cookie: string, next: (n: number) => Asked, { connections, seconds, expect = 200 }: { connections: number; seconds: number; expect?: number }): Promise<Load> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  const begin = performance.now()
  const counted = begin + seconds * 100
  const end = begin + seconds * 1000
  let sent = 0
  try {
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() < end) {
          const from = performance.now()
          const asked = next(sent++)
          const { status, body } = await send(agent, url, cookie, asked)
          const until = performance.now()
          if (status !== expect) throw new Error(`${asked.method ?? 'GET'} ${asked.path} answered ${status}: ${body.slice(0, 300)}`)
          if (from >= counted) times.push(until - from)
        }
      })
    )
  } finally {
    agent.destroy()
  }
  return summary(times, (performance.now() - counted) / 1000)
}

export function summary(times: number[], seconds: number): Load {
  const sorted = times.sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99), perSecond: times.length / seconds, requests: times.length }
}

/** One request, its answer read to the end. */
export function send(agent: http.Agent, url: string, cookie: string, { path, method = 'GET', headers, body }: Asked): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const request = http.request(url + path, { agent, method, headers: { cookie, 'accept-language': 'cs', ...headers, ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      answer.on('error', fail)
    })
    request.on('error', fail)
    request.end(body)
  })
}
