import { Acquaintances } from './acquaintances.js'
import { messagesSince } from './catching_up.js'
import type { MadeClient, SessionPlace, WaClient, WaMessage } from './client.js'
import { isOfInterest, plainMessage } from './plain.js'

/** How a session is; what it means to a person is said in `lang/` under `state.`. */
export interface SessionState {
  readonly name: 'off' | 'notAllowed' | 'starting' | 'scan' | 'asking' | 'code' | 'noCode' | 'loading' | 'syncing' | 'connected' | 'loggedOut' | 'conflict' | 'blocked' | 'resting' | 'failed'
  /** The text of the code to scan. */
  readonly qr?: string
  /** The code to type into the phone; eight letters and digits. */
  readonly code?: string
  readonly percent?: number
  /** What the library or the browser said, verbatim. */
  readonly detail?: string
}

/** One thing that happened, as it is kept: everything `read` needs, and nothing that must be asked for again. */
export interface SessionItem {
  readonly externalId: string
  /** Seconds. */
  readonly at: number
  readonly body: object
}

export type SessionEvent =
  | { readonly type: 'state'; readonly state: SessionState }
  | { readonly type: 'item'; readonly item: SessionItem }
  | { readonly type: 'pid'; readonly pid: number }

/** What is to be sent: words or one file. */
export interface SessionSend {
  /** A number in digits, or a chat's id. */
  readonly to: { readonly digits: string } | { readonly chat: string }
  readonly text?: string
  readonly file?: { readonly name: string; readonly type: string; readonly data: string }
  readonly seen: boolean
}

export type SessionSent = { readonly outcome: 'sent'; readonly id: string } | { readonly outcome: 'notThere' } | { readonly outcome: 'nothing' }

/** A message that the page has not told after so long will not be told; seconds. */
const TOLD_SECONDS = 30
const TOLD_KEPT = 3000

/** WhatsApp's own page shows a code for so long. */
const CODE_MS = 180_000
const CODE = /^[A-Z0-9]{8}$/i

const BLOCKED = ['TOS_BLOCK', 'SMB_TOS_BLOCK', 'PROXYBLOCK']

/**
 * One linked device: a client of whatsapp-web.js, what it tells turned into plain items and states. Runs in a process
 * of its own (child.ts), in the tests beside them.
 */
export class Session {
  readonly #client: WaClient
  readonly #people: Acquaintances
  /** The last message of each chat that is being read. */
  readonly #chats = new Map<string, Promise<void>>()
  /** Own messages that appeared while something was being sent: they may be what was sent. */
  #held: SessionItem[] = []
  #sending = 0
  readonly #sentIds = new Set<string>()
  #since: number
  /** Messages that are being read: their files may take their time. */
  readonly #reading = new Set<string>()
  /** Messages that were told: what the chats hold besides was missed. */
  #told = new Set<string>()
  /** A code to type was wanted: what there is to scan is kept for later. */
  #pairing = false
  #qr: string | null = null
  #catchingUp: Promise<void> | null = null

  constructor(
    private readonly made: MadeClient,
    private readonly place: SessionPlace,
    since: number,
    private readonly tell: (event: SessionEvent) => void
  ) {
    this.#client = made.client
    this.#people = new Acquaintances(made.client)
    this.#since = since
  }

  /** Starts the browser and connects. Settles when that is under way; every end of it is told as a state. */
  async start(): Promise<void> {
    this.#listen()
    this.#say({ name: 'starting' })
    try {
      await this.#client.initialize()
    } catch (error) {
      this.#say({ name: 'failed', detail: wordsOf(error) })
    } finally {
      this.#tellPid()
    }
  }

  async send({ to, text, file, seen }: SessionSend): Promise<SessionSent> {
    this.#sending++
    let sentId: string | undefined
    try {
      const chat = 'chat' in to ? to.chat : (await this.#client.getNumberId(to.digits))?._serialized
      if (!chat) return { outcome: 'notThere' }
      const content = file ? this.made.media(file) : (text ?? '')
      const message = await this.#client.sendMessage(chat, content, { sendSeen: seen, linkPreview: false, ...(file ? { sendMediaAsDocument: !/^(image\/(jpeg|png)|video\/mp4|audio\/)/.test(file.type) } : {}) })
      sentId = message?.id?._serialized
      if (sentId) this.#sentIds.add(sentId)
      // Nothing came back: an unknown chat, or a kind that the page does not take.
      return sentId ? { outcome: 'sent', id: sentId } : { outcome: 'nothing' }
    } finally {
      this.#sending--
      if (this.#sending === 0) this.#release()
    }
  }

  /** `CONNECTED` and the like; null when the page is not there. A page that hangs never answers: the caller waits no longer than it wants. */
  state(): Promise<string | null> {
    return this.#client.getState()
  }

  /**
   * Asks for a code that is typed into the phone with this number, instead of one that is scanned. The code itself is told
   * as a state, and a new one before the old one ends.
   */
  async pair(digits: string): Promise<void> {
    this.#pairing = true
    this.#say({ name: 'asking' })
    try {
      await this.#client.requestPairingCode(digits, true, CODE_MS)
    } catch (error) {
      // Too many were asked for, or no account has this number: WhatsApp's own page says which.
      if (this.#pairing) this.#say({ name: 'noCode', detail: wordsOf(error) })
    }
  }

  /** Back to the code to scan. */
  async unpair(): Promise<void> {
    this.#pairing = false
    this.#say(this.#qr ? { name: 'scan', qr: this.#qr } : { name: 'starting' })
    await this.#client.cancelPairingCode()
  }

  async logout() {
    await this.#client.logout()
  }

  /** Closes the browser. */
  async end() {
    this.#client.removeAllListeners()
    await this.#client.destroy()
  }

  #listen() {
    const on = (name: string, hear: (...args: any[]) => unknown) =>
      this.#client.on(name, (...args) => {
        // One strange message must not take the session with it.
        Promise.resolve()
          .then(() => hear(...args))
          .catch((error) => this.tell({ type: 'item', item: { externalId: `fault:${name}:${Date.now()}`, at: seconds(), body: { kind: 'fault', name, detail: wordsOf(error) } } }))
      })

    on('qr', (qr: string) => {
      this.#tellPid()
      this.#qr = qr
      if (!this.#pairing) this.#say({ name: 'scan', qr })
    })
    on('code', (code: unknown) => {
      if (!this.#pairing) return
      const text = String(code ?? '')
      this.#say(CODE.test(text) ? { name: 'code', code: text } : { name: 'noCode', detail: text.slice(0, 100) })
    })
    on('loading_screen', (percent: unknown) => this.#say({ name: 'loading', percent: Number(percent) || 0 }))
    on('authenticated', () => this.#say({ name: 'syncing' }))
    on('auth_failure', (detail: unknown) => this.#say({ name: 'loggedOut', detail: wordsOf(detail) }))
    on('ready', () => this.#ready())
    on('change_state', (state: string) => {
      if (BLOCKED.includes(state)) this.#say({ name: 'blocked', detail: state })
      else if (state === 'CONFLICT') this.#say({ name: 'conflict' })
    })
    on('disconnected', (reason: string) => this.#say(BLOCKED.includes(reason) ? { name: 'blocked', detail: reason } : reason === 'CONFLICT' ? { name: 'conflict' } : { name: 'loggedOut', detail: wordsOf(reason) }))
    // All messages, ours too; `message` would tell the incoming ones a second time.
    on('message_create', (message: WaMessage) => this.#message(message))
    on('message_ciphertext_failed', (message: WaMessage) => this.#message(message, { waiting: true }))
    on('message_ack', (message: WaMessage, ack: number) => this.#ack(message.id._serialized, ack, message.fromMe))
    on('message_edit', (message: WaMessage, text: string) => this.#change(message, { kind: 'edit', text }))
    on('message_revoke_everyone', (message: WaMessage, before?: WaMessage) => this.#change(before ?? message, { kind: 'revoke' }))
    on('message_reaction', (reaction: { msgId: { _serialized: string }; senderId: string; reaction: string; timestamp: number }) => this.#reaction(reaction))
    on('call', (call: { id: string; from?: string; peerJid?: string; isGroup?: boolean }) => this.#call(call))
  }

  /** May come more than once; each time what was missed is looked for. */
  async #ready() {
    this.#tellPid()
    this.#say({ name: 'connected' })
    this.#catchingUp ??= this.#catchUp().finally(() => (this.#catchingUp = null))
    await this.#catchingUp
  }

  /**
   * Looks through the chats once more, for a page that has stopped telling although it seems well (a change at WhatsApp
   * does that); what it has missed is taken in.
   *
   * @returns how many messages it should have told long ago
   */
  async missed(): Promise<number> {
    let missed = 0
    await this.#catchUp((message) => {
      if (!message.fromMe && message.timestamp < seconds() - TOLD_SECONDS) missed++
    })
    return missed
  }

  /** What came while we were away: the page tells only of new messages, so the chats themselves are asked. */
  async #catchUp(found: (message: WaMessage) => void = () => {}) {
    for await (const message of messagesSince(this.#client, this.#since, this.place.groups)) {
      const id = message.id._serialized
      if (isOfInterest(message, this.place.groups) && !this.#told.has(id) && !this.#reading.has(id)) {
        found(message)
        await this.#message(message)
      }
      if (message.fromMe && message.ack) this.#ack(id, message.ack, true)
    }
  }

  /** In the order of their chat: a file that takes its time holds back what was said after it, and nobody else. */
  #message(message: WaMessage, how: { waiting?: boolean } = {}): Promise<void> {
    if (!isOfInterest(message, this.place.groups)) return Promise.resolve()
    const chat = message.fromMe ? message.to : message.from
    const id = message.id._serialized
    this.#reading.add(id)
    const before = this.#chats.get(chat) ?? Promise.resolve()
    const mine = before.catch(() => {}).then(() => this.#gather(message, how))
    this.#chats.set(chat, mine)
    const over = () => {
      this.#reading.delete(id)
      if (this.#chats.get(chat) === mine) this.#chats.delete(chat)
    }
    void mine.then(over, over)
    return mine
  }

  async #gather(message: WaMessage, { waiting = false }: { waiting?: boolean }) {
    const item = await plainMessage(message, { waiting, person: (id, name) => this.#people.person(id, name) })
    this.#since = Math.max(this.#since, message.timestamp)
    this.#remember(item)
    if (!message.fromMe) return this.tell({ type: 'item', item })
    if (this.#sentIds.has(message.id._serialized)) return
    if (this.#sending > 0) this.#held.push(item)
    else this.tell({ type: 'item', item })
  }

  #remember({ body }: SessionItem) {
    this.#told.add((body as { id: string }).id)
    if (this.#told.size > TOLD_KEPT) this.#told = new Set([...this.#told].slice(-TOLD_KEPT / 2))
  }

  #release() {
    const held = this.#held
    this.#held = []
    for (const item of held) {
      if (!this.#sentIds.has((item.body as { id: string }).id)) this.tell({ type: 'item', item })
    }
  }

  #ack(id: string, ack: number, fromMe: boolean) {
    if (fromMe && (ack === -1 || ack >= 1)) this.tell({ type: 'item', item: { externalId: `${id}:ack:${ack}`, at: seconds(), body: { kind: 'ack', id, ack } } })
  }

  async #change(message: WaMessage, change: { kind: 'edit'; text: string } | { kind: 'revoke' }) {
    if (!isOfInterest(message, this.place.groups)) return
    const person = await this.#people.person(message.author ?? message.from)
    const at = seconds()
    this.tell({ type: 'item', item: { externalId: `${message.id._serialized}:${change.kind}:${'text' in change ? at : ''}`, at, body: { ...change, id: message.id._serialized, person } } })
  }

  async #reaction({ msgId, senderId, reaction, timestamp }: { msgId: { _serialized: string }; senderId: string; reaction: string; timestamp: number }) {
    if (!this.place.groups && msgId._serialized.includes('@g.us')) return
    const person = await this.#people.person(senderId)
    this.tell({ type: 'item', item: { externalId: `${msgId._serialized}:rx:${senderId}:${timestamp}:${reaction}`, at: timestamp, body: { kind: 'reaction', id: msgId._serialized, emoji: reaction || null, person } } })
  }

  async #call({ id, from, peerJid, isGroup }: { id: string; from?: string; peerJid?: string; isGroup?: boolean }) {
    const who = from ?? peerJid
    if (!who || isGroup) return
    this.tell({ type: 'item', item: { externalId: `call:${id}`, at: seconds(), body: { kind: 'call', id, person: await this.#people.person(who) } } })
  }

  #tellPid() {
    const pid = this.#client.pupBrowser?.process()?.pid
    if (pid) this.tell({ type: 'pid', pid })
  }

  #say(state: SessionState) {
    this.tell({ type: 'state', state })
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

/** The library throws texts as well as errors. */
export function wordsOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).slice(0, 500)
}
