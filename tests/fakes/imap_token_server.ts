import { createServer, type AddressInfo, type Socket } from 'node:net'

/** Just enough of IMAP (RFC 3501) to see by what a client signs in: it takes XOAUTH2 and an empty INBOX. */
export class ImapTokenServer {
  readonly tried: { user: string; token: string }[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#talk(socket))

  constructor(private readonly accepts: (token: string) => boolean) {}

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  get port() {
    return (this.#server.address() as AddressInfo).port
  }

  /** What providers do when a token has run out: the line is closed. */
  hangUp() {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop() {
    this.hangUp()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #talk(socket: Socket) {
    this.#sockets.add(socket)
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    const say = (line: string) => socket.write(`${line}\r\n`)
    let rest = ''
    let signing: string | null = null
    let idle: string | null = null
    say('* OK ready')
    socket.on('data', (chunk) => {
      rest += chunk.toString()
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (signing) {
          this.#sign(signing, line, say)
          signing = null
          continue
        }
        if (idle && line.toUpperCase() === 'DONE') {
          say(`${idle} OK`)
          idle = null
          continue
        }
        const [tag, verb = '', ...words] = line.split(' ')
        const command = verb.toUpperCase()
        if (command === 'CAPABILITY') say('* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR IDLE')
        if (command === 'AUTHENTICATE') {
          if (words[1]) this.#sign(tag, words[1], say)
          else {
            signing = tag
            say('+ ')
          }
          continue
        }
        if (command === 'LIST' || command === 'LSUB') say('* LIST (\\HasNoChildren) "/" INBOX')
        if (command === 'SELECT' || command === 'EXAMINE') {
          say('* 0 EXISTS')
          say('* OK [UIDVALIDITY 7] valid')
          say('* OK [UIDNEXT 1] next')
        }
        if (command === 'UID' || command === 'SEARCH') say('* SEARCH')
        if (command === 'IDLE') {
          idle = tag
          say('+ idling')
          continue
        }
        say(`${tag} OK done`)
      }
    })
  }

  #sign(tag: string, said: string, say: (line: string) => void) {
    const [, user = '', token = ''] = /^user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01/.exec(Buffer.from(said, 'base64').toString()) ?? []
    this.tried.push({ user, token })
    say(this.accepts(token) ? `${tag} OK signed in` : `${tag} NO [AUTHENTICATIONFAILED] Invalid credentials`)
  }
}
