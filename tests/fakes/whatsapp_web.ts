import { EventEmitter } from 'node:events'
import type { MadeClient, WaChat, WaClient, WaMedia, WaMessage } from '../../plugins/whatsapp/web/client.js'

interface Received extends Partial<WaMessage> {
  readonly from: string
  readonly body?: string
  readonly name?: string
  readonly media?: WaMedia | null
  readonly bytes?: number
}

/**
 * A linked device without WhatsApp and without a browser: the interface of whatsapp-web.js's `Client` that we use, led by
 * the test (contracts/channels/03, Test without WhatsApp).
 */
export class FakeWaClient extends EventEmitter implements WaClient {
  /** What was sent, in order. */
  readonly sent: { readonly chat: string; readonly content: unknown; readonly options: Record<string, unknown> }[] = []
  /** The phone's own memory: what chats hold, whether the device was there or not. */
  readonly chats = new Map<string, WaMessage[]>()
  /** Privacy ids of numbers, as the page knows them. */
  readonly lids = new Map<string, string>()
  /** Numbers that are not on WhatsApp. */
  readonly strangers = new Set<string>()
  destroyed = 0
  started = 0
  hung = false
  pupBrowser = null
  #script: string[] = []
  #counter = 0
  #nextSends: ('nothing' | 'ownFirst' | 'never' | 'crash')[] = []
  #startFault: unknown

  constructor(private readonly own = '420555000111@c.us') {
    super()
  }

  /** Events that follow a start, in order. */
  script(...events: string[]): this {
    this.#script = events
    return this
  }

  /** The next start fails so; the library throws texts as well as errors. */
  failStart(fault: unknown) {
    this.#startFault = fault
  }

  /** Signs in, and never becomes ready. */
  hangReady() {
    return this.script('authenticated')
  }

  async initialize() {
    this.started++
    const fault = this.#startFault
    this.#startFault = undefined
    if (fault !== undefined) throw fault
    for (const event of this.#script) this.emit(event, ...(event === 'qr' ? ['2@code,key,more'] : event === 'loading_screen' ? [40, 'WhatsApp'] : []))
  }

  async destroy() {
    this.destroyed++
  }

  async logout() {
    this.drop('LOGOUT')
  }

  /** Numbers that a code was asked for; the next answers. A refusal is a text, as the page throws it. */
  readonly pairings: string[] = []
  #nextCodes: (string | { readonly refused: string })[] = []

  nextCodes(...codes: (string | { readonly refused: string })[]) {
    this.#nextCodes.push(...codes)
  }

  async requestPairingCode(number: string) {
    this.pairings.push(number)
    const next = this.#nextCodes.shift() ?? 'ABCD1234'
    if (typeof next !== 'string') throw next.refused
    this.emit('code', next)
    return next
  }

  async cancelPairingCode() {
    this.emit('qr', '2@another,key,more')
  }

  getState(): Promise<string | null> {
    return this.hung ? Promise.reject(new Error('No answer within 20 s')) : Promise.resolve('CONNECTED')
  }

  /** Somebody writes while the device is there. */
  receive(values: Received): WaMessage {
    const message = this.arriveWhileAway(values)
    this.emit('message', message)
    this.emit('message_create', message)
    return message
  }

  /** Somebody writes while it is not: only the chat holds it. */
  arriveWhileAway({ name, media, bytes, ...values }: Received): WaMessage {
    const message = this.#message({ fromMe: false, to: this.own, ...values, _data: { notifyName: name, size: bytes }, hasMedia: media !== undefined, downloadMedia: async () => media })
    this.#keep(message.from, message)
    return message
  }

  /** The shop writes on the phone itself. */
  writeOnPhone(to: string, body: string): WaMessage {
    const message = this.#message({ fromMe: true, from: this.own, to, body, hasMedia: false })
    this.#keep(to, message)
    this.emit('message_create', message)
    return message
  }

  ack(id: string, ack: number) {
    this.emit('message_ack', { id: { _serialized: id }, fromMe: true, from: this.own, to: '', timestamp: 0, type: 'chat', hasMedia: false } satisfies WaMessage, ack)
  }

  drop(reason: string) {
    this.emit('disconnected', reason)
  }

  /** What becomes of the next sends: nothing comes back, the own message appears first, no answer at all, or a crash. */
  nextSends(...fates: ('nothing' | 'ownFirst' | 'never' | 'crash')[]) {
    this.#nextSends.push(...fates)
  }

  async sendMessage(chat: string, content: unknown, options: Record<string, unknown> = {}): Promise<WaMessage | null> {
    const fate = this.#nextSends.shift()
    if (fate === 'nothing') return null
    if (fate === 'crash') throw new Error('Protocol error: Target closed')
    this.sent.push({ chat, content, options })
    const message = this.#message({ fromMe: true, from: this.own, to: chat, body: typeof content === 'string' ? content : '', hasMedia: typeof content !== 'string' })
    this.#keep(chat, message)
    if (fate === 'never') throw new Error('No answer within 90 s')
    if (fate === 'ownFirst') {
      this.emit('message_create', message)
      this.ack(message.id._serialized, 1)
      await new Promise((wake) => setImmediate(wake))
    } else setImmediate(() => this.emit('message_create', message))
    return message
  }

  async getChats(): Promise<readonly WaChat[]> {
    return [...this.chats].map(([id, messages]) => ({
      id: { _serialized: id },
      isGroup: id.endsWith('@g.us'),
      timestamp: Math.max(...messages.map(({ timestamp }) => timestamp)),
      fetchMessages: async ({ limit }) => messages.slice(-limit),
    }))
  }

  async getNumberId(number: string) {
    return this.strangers.has(number) ? null : { _serialized: `${number}@c.us` }
  }

  async getContactLidAndPhone(ids: readonly string[]) {
    return ids.map((id) => (id.endsWith('@lid') ? { lid: id, pn: [...this.lids].find(([, lid]) => lid === id)?.[0] } : { lid: this.lids.get(id), pn: id }))
  }

  #message(values: Partial<WaMessage> & Pick<WaMessage, 'from' | 'to' | 'fromMe' | 'hasMedia'>): WaMessage {
    const timestamp = Math.floor(Date.now() / 1000)
    return { id: { fromMe: values.fromMe, _serialized: `${values.fromMe}_${values.fromMe ? values.to : values.from}_3EB0${++this.#counter}` }, type: 'chat', timestamp, body: '', ...values }
  }

  #keep(chat: string, message: WaMessage) {
    this.chats.set(chat, [...(this.chats.get(chat) ?? []), message])
  }
}

/** As the library would be made. */
export const madeOf = (client: FakeWaClient): MadeClient => ({ client, media: (file) => ({ ...file, isMedia: true }) })
