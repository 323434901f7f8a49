import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** The line to a server, which a test can cut and mend: whoever dials finds nobody, and who was speaking is cut off. */
export class Wire {
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  port = 0

  constructor(private readonly target: number) {}

  async mend(): Promise<this> {
    const server = createServer((near) => {
      const far = createConnection(this.target, '127.0.0.1')
      for (const [one, other] of [[near, far], [far, near]]) {
        this.#sockets.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
      }
    })
    await new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen(this.port, '127.0.0.1', done)
    })
    this.port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  /** Cuts those who speak now; the next ones are connected again. */
  drop() {
    for (const socket of this.#sockets) socket.destroy()
  }

  async cut() {
    const server = this.#server
    this.#server = null
    if (!server) return
    const closed = new Promise<void>((done) => server.close(() => done()))
    this.drop()
    await closed
  }
}
