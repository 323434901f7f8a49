import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createECDH, randomBytes } from 'node:crypto'

/** A push message as a service gets it: its body is for the device alone. */
export interface Pushed {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly bytes: number
}

/**
 * A push service (RFC 8030) on a free loopback port: it counts what comes, and answers as told. A test lets the desk
 * reach it by OUTBOUND_ALLOW.
 */
export class PushService {
  readonly pushed: Pushed[] = []
  /** Statuses of the next answers; afterwards 201. */
  readonly answers: number[] = []
  readonly #server: Server = createServer((request, response) => {
    let bytes = 0
    request.on('data', (chunk) => (bytes += chunk.length))
    request.on('end', () => {
      this.pushed.push({ path: request.url ?? '', headers: request.headers, bytes })
      response.writeHead(this.answers.shift() ?? 201).end()
    })
  })

  async start(): Promise<this> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
    return this
  }

  async stop() {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  /** What a browser hands over when it subscribes here, with keys of its own. */
  subscription(name = randomBytes(6).toString('hex')) {
    const key = createECDH('prime256v1')
    key.generateKeys()
    return {
      endpoint: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/push/${name}`,
      keys: { p256dh: key.getPublicKey().toString('base64url'), auth: randomBytes(16).toString('base64url') },
    }
  }
}
