import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** What the far side does with the next mail. */
export type SinkAnswer =
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse'; readonly at: 'mail' | 'rcpt' | 'data'; readonly code: number; readonly text: string; readonly only?: string }
  | { readonly kind: 'drop'; readonly when: 'before' | 'during' | 'after' }
  | { readonly kind: 'slow'; readonly ms: number }

export interface SunkMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly mail: ParsedMail
}

/** A mail server that keeps what it gets and misbehaves on request; on a free loopback port. */
export class SmtpSink {
  readonly mails: SunkMail[] = []
  readonly #script: SinkAnswer[] = []
  readonly #sockets = new Set<Socket>()
  readonly #server: SMTPServer
  #always: SinkAnswer = { kind: 'accept' }
  #current: SinkAnswer = { kind: 'accept' }

  /** With `login` it wants that user and password, or a token it knows (XOAUTH2). */
  constructor(login?: { readonly user: string; readonly password?: string; readonly token?: (token: string) => boolean }) {
    this.#server = new SMTPServer({
      disabledCommands: login ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
      authOptional: !login,
      ...(login?.token ? { authMethods: ['XOAUTH2'] } : {}),
      allowInsecureAuth: true,
      disableReverseLookup: true,
      onAuth: (auth, _session, done) =>
        auth.username === login?.user && (login?.token ? login.token(String(auth.accessToken)) : auth.password === login?.password) ? done(null, { user: auth.username }) : done(new Error('Invalid user or password')),
      onMailFrom: (_address, session, done) => {
        this.#current = this.#script.shift() ?? this.#always
        if (this.#current.kind === 'drop' && this.#current.when === 'before') return this.#drop(session.id)
        done(this.#refusal('mail'))
      },
      onRcptTo: (address, _session, done) => done(this.#refusal('rcpt', address.address)),
      onData: (stream, session, done) => {
        const answer = this.#current
        if (answer.kind === 'drop' && answer.when === 'during') return stream.once('data', () => this.#drop(session.id))
        buffer(stream)
          .then(async (raw) => {
            const refusal = this.#refusal('data')
            if (refusal) return done(refusal)
            if (answer.kind === 'slow') await new Promise((wake) => setTimeout(wake, answer.ms))
            const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
            this.mails.push({ from, to: session.envelope.rcptTo.map(({ address }) => address), raw, mail: await simpleParser(raw) })
            if (answer.kind === 'drop') return this.#drop(session.id)
            done()
          })
          .catch(done)
      },
    })
    this.#server.on('error', () => {})
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done))
    return this
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port
  }

  /** The answers to the next mails, in order; afterwards it accepts. */
  next(...answers: SinkAnswer[]): this {
    this.#script.push(...answers)
    return this
  }

  /** What it does with every mail that has no answer of its own. */
  always(answer: SinkAnswer): this {
    this.#always = answer
    return this
  }

  /** Waits until so many mails have come. */
  async received(count: number, ms = 5000): Promise<readonly SunkMail[]> {
    const end = Date.now() + ms
    while (this.mails.length < count) {
      if (Date.now() > end) throw new Error(`${this.mails.length} of ${count} mails came`)
      await new Promise((wake) => setTimeout(wake, 20))
    }
    return this.mails
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #refusal(at: 'mail' | 'rcpt' | 'data', address?: string): (Error & { responseCode: number }) | null {
    const answer = this.#current
    if (answer.kind !== 'refuse' || answer.at !== at || (answer.only && answer.only !== address)) return null
    return Object.assign(new Error(answer.text), { responseCode: answer.code })
  }

  /** Cuts the line without a word. One mail at a time is enough for the tests that do this. */
  #drop(_session: string) {
    for (const socket of this.#sockets) socket.destroy()
  }
}
