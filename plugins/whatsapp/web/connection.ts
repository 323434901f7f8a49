import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { MakeClient, SessionPlace } from './client.js'
import { endTree, memoryOf } from './processes.js'
import { Session, wordsOf, type SessionEvent, type SessionSend, type SessionSent } from './session.js'

/** A running session, wherever it runs. */
export interface Connection {
  send(message: SessionSend): Promise<SessionSent>
  /** The page's own word for its state; rejects when it does not answer in time. */
  state(): Promise<string | null>
  /** How many messages the page should have told long ago; they are told by this. */
  missed(): Promise<number>
  /** Asks for a code to type into the phone with these digits; it is told as a state. */
  pair(digits: string): Promise<void>
  /** Back to the code to scan. */
  unpair(): Promise<void>
  /** Memory of the browser and all that belongs to it, in megabytes. */
  megabytes(): Promise<number>
  logout(): Promise<void>
  /** Ends browser and process, however they are; settles when they are gone. */
  end(): Promise<void>
}

export type Connect = (place: SessionPlace, since: number, hear: (event: SessionEvent) => void) => Promise<Connection>

export type Order = { readonly id: number } & ({ readonly do: 'start'; readonly place: SessionPlace; readonly since: number } | { readonly do: 'send'; readonly message: SessionSend } | { readonly do: 'pair'; readonly digits: string } | { readonly do: 'state' | 'missed' | 'unpair' | 'logout' | 'end' })
export type Reply = { readonly event: SessionEvent } | { readonly id: number; readonly value?: unknown; readonly error?: string }

const SEND_MS = 90_000
const MISSED_MS = 180_000
const PAIR_MS = 60_000
const STATE_MS = 20_000
const END_MS = 15_000

/**
 * A session in a process of its own, so that neither a crash of the library nor its memory touches the desk. What the
 * process knows of the environment is what a browser needs, and no secret.
 */
export const connectByProcess: Connect = async (place, since, hear) => {
  const file = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))
  const child = fork(file, [], { env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: place.folder, TZ: 'UTC', LANG: 'C.UTF-8' }, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const remote = new Remote(child, hear)
  void remote.ask({ do: 'start', place, since }, 0).catch(() => {})
  return remote
}

class Remote implements Connection {
  readonly #waiting = new Map<number, { done(value: unknown): void; fail(error: Error): void }>()
  #counter = 0
  #ended = false
  #said = ''

  constructor(
    private readonly child: ChildProcess,
    hear: (event: SessionEvent) => void
  ) {
    child.stderr?.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-2000)))
    child.on('message', (reply: Reply) => ('event' in reply ? hear(reply.event) : this.#settle(reply)))
    child.once('error', (error) => hear({ type: 'state', state: { name: 'failed', detail: wordsOf(error) } }))
    child.once('exit', (code, signal) => {
      for (const { fail } of this.#waiting.values()) fail(new Error(`The session ended (${signal ?? code})`))
      this.#waiting.clear()
      if (!this.#ended) hear({ type: 'state', state: { name: 'failed', detail: `${signal ?? `code ${code}`}: ${lastWords(this.#said)}`.slice(0, 500) } })
    })
  }

  send(message: SessionSend) {
    return this.ask({ do: 'send', message }, SEND_MS) as Promise<SessionSent>
  }

  state() {
    return this.ask({ do: 'state' }, STATE_MS) as Promise<string | null>
  }

  missed() {
    return this.ask({ do: 'missed' }, MISSED_MS) as Promise<number>
  }

  async pair(digits: string) {
    await this.ask({ do: 'pair', digits }, PAIR_MS)
  }

  async unpair() {
    await this.ask({ do: 'unpair' }, END_MS)
  }

  megabytes() {
    return memoryOf(this.child.pid)
  }

  async logout() {
    await this.ask({ do: 'logout' }, END_MS)
  }

  async end() {
    this.#ended = true
    if (this.child.exitCode === null && this.child.signalCode === null) await this.ask({ do: 'end' }, END_MS).catch(() => {})
    await endTree(this.child)
  }

  /** @param ms - 0: for as long as it takes */
  ask(order: DistributiveOmit<Order, 'id'>, ms: number): Promise<unknown> {
    const id = ++this.#counter
    return new Promise((done, fail) => {
      const timer = ms > 0 ? setTimeout(() => this.#settle({ id, error: `No answer within ${ms / 1000} s` }), ms) : undefined
      const ended = <T>(then: (value: T) => void) => (value: T) => {
        clearTimeout(timer)
        then(value)
      }
      this.#waiting.set(id, { done: ended(done), fail: ended(fail) })
      if (!this.child.connected) return this.#settle({ id, error: 'The session has ended' })
      this.child.send({ ...order, id }, (error) => error && this.#settle({ id, error: error.message }))
    })
  }

  #settle(reply: { readonly id: number; readonly value?: unknown; readonly error?: string }) {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.error === undefined) waiting?.done(reply.value)
    else waiting?.fail(new Error(reply.error))
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Of what a process printed before its end, the line that says why. */
function lastWords(said: string): string {
  const lines = said.trim().split('\n')
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? ''
}

/** A session beside the caller, for a client that needs no browser. */
export function connectBeside(make: MakeClient): Connect {
  return async (place, since, hear) => {
    const session = new Session(await make(place), place, since, hear)
    void session.start()
    return { send: (message) => session.send(message), state: () => session.state(), missed: () => session.missed(), pair: (digits) => session.pair(digits), unpair: () => session.unpair(), megabytes: async () => 0, logout: () => session.logout(), end: () => session.end() }
  }
}
