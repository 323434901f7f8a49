import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** rspamd's worker as it answers `POST /checkv2` (rspamd.com, protocol): a JSON verdict, or a status as a fault. */
export class FakeRspamd {
  /** The next answers; then "no action". */
  readonly answers: (object | number)[] = []
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = []
  #server: Server | null = null

  get url() {
    return `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (request.method !== 'POST' || request.url !== '/checkv2') return response.writeHead(404).end()
        this.requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
        const answer = this.answers.shift() ?? { is_skipped: false, action: 'no action', score: 0, required_score: 15, symbols: {} }
        if (typeof answer === 'number') return response.writeHead(answer, { 'content-type': 'application/json' }).end('{"error":"fault"}')
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
    })
    await new Promise<void>((done) => this.#server!.listen(0, '127.0.0.1', done))
    return this
  }

  async stop() {
    await new Promise((done) => this.#server!.close(done))
  }
}
