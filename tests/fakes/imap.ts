import { Readable } from 'node:stream'
import type { ImapClient } from '../../plugins/email/imap_client.js'

interface Kept {
  readonly uid: number
  readonly raw: Buffer
  readonly at: Date
}

/** A mail folder in memory, with the habits of real servers that bite. */
export class FakeMailbox {
  uidValidity = 1
  connections = 0
  /** What lies in the folder of sent mail. */
  readonly copies: Buffer[] = []
  /** UIDs that were asked for, in order: what a test counts. */
  readonly fetched: number[] = []
  readonly #mails = new Map<number, Kept>()
  readonly #hidden = new Set<number>()
  readonly #broken = new Map<number, 'drop' | 'refuse'>()
  readonly #clients = new Set<FakeClient>()
  #nextUid = 1

  /** Messages in the provider's own folder for spam. */
  junk = 0

  /** Puts a mail in, as a delivery does; returns its UID. */
  append(raw: string | Buffer, at = new Date()): number {
    const uid = this.#nextUid++
    this.#mails.set(uid, { uid, raw: Buffer.from(raw), at })
    this.wake()
    return uid
  }

  /** The server lost its index: every mail has a new number. */
  renumber() {
    const kept = [...this.#mails.values()]
    this.#mails.clear()
    this.uidValidity++
    this.#nextUid = 1
    for (const { raw, at } of kept) this.append(raw, at)
    this.dropConnections()
  }

  dropConnections() {
    for (const client of this.#clients) client.lose()
  }

  /** A mail that is delivered and not visible yet. */
  hideUid(uid: number) {
    this.#hidden.add(uid)
  }

  showUid(uid: number) {
    this.#hidden.delete(uid)
    this.wake()
  }

  expunge(uid: number) {
    this.#mails.delete(uid)
  }

  /** Asking for this mail breaks the connection, or is answered by NO. */
  breakUid(uid: number, how: 'drop' | 'refuse') {
    this.#broken.set(uid, how)
  }

  connect = async (): Promise<ImapClient> => {
    this.connections++
    const client = new FakeClient(this)
    this.#clients.add(client)
    return client
  }

  get uidNext() {
    return this.#nextUid
  }

  visible(since?: Date): Kept[] {
    return [...this.#mails.values()].filter((mail) => !this.#hidden.has(mail.uid) && (!since || mail.at >= since))
  }

  take(uid: number, client: FakeClient): Kept | undefined {
    this.fetched.push(uid)
    const fault = this.#broken.get(uid)
    if (fault === 'drop') client.lose()
    if (fault) throw new Error(fault === 'drop' ? 'Connection lost' : 'NO that message is damaged')
    return this.#mails.get(uid)
  }

  private wake() {
    for (const client of this.#clients) client.wake()
  }
}

class FakeClient implements ImapClient {
  isOpen = true
  #wake: (() => void) | null = null
  #fail: ((error: Error) => void) | null = null

  constructor(readonly mailbox: FakeMailbox) {}

  async open() {
    this.#assertOpen()
    return { uidValidity: String(this.mailbox.uidValidity), uidNext: this.mailbox.uidNext }
  }

  async uids(range: string, since?: Date) {
    this.#assertOpen()
    const mails = this.mailbox.visible(since).map(({ uid }) => uid)
    const from = /^(\d+):\*$/.exec(range)?.[1]
    if (from === undefined) return mails.filter((uid) => range.split(',').includes(String(uid)))
    const found = mails.filter((uid) => uid >= Number(from))
    /* RFC 3501: the range n:* always holds the last message, even below n. */
    return found.length === 0 && mails.length > 0 ? [mails[mails.length - 1]] : found
  }

  async sizes(uids: readonly number[]) {
    this.#assertOpen()
    return this.mailbox
      .visible()
      .filter(({ uid }) => uids.includes(uid))
      .map(({ uid, raw, at }) => ({ uid, bytes: raw.length, at }))
  }

  async source(uid: number) {
    this.#assertOpen()
    return this.mailbox.take(uid, this)?.raw ?? null
  }

  async download(uid: number) {
    this.#assertOpen()
    const kept = this.mailbox.take(uid, this)
    if (!kept) throw new Error('No such message')
    return Readable.from([kept.raw])
  }

  change(ms: number, signal: AbortSignal) {
    return new Promise<void>((done, fail) => {
      const timer = setTimeout(done, ms)
      const settle = () => (clearTimeout(timer), done())
      this.#wake = settle
      this.#fail = (error) => (clearTimeout(timer), fail(error))
      signal.addEventListener('abort', settle, { once: true })
    })
  }

  async folders() {
    return ['INBOX', 'Sent']
  }

  async sentFolder() {
    return 'Sent'
  }

  async has(_folder: string, messageId: string) {
    this.#assertOpen()
    return this.mailbox.copies.some((raw) => raw.includes(`Message-ID: ${messageId}`))
  }

  async append(_folder: string, raw: Buffer) {
    this.#assertOpen()
    this.mailbox.copies.push(raw)
  }

  async count(folder: string | null) {
    this.#assertOpen()
    return { folder: folder ?? 'Junk', messages: this.mailbox.junk }
  }

  close() {
    this.isOpen = false
  }

  wake() {
    this.#wake?.()
  }

  lose() {
    this.isOpen = false
    this.#fail?.(new Error('Connection lost'))
  }

  #assertOpen() {
    if (!this.isOpen) throw new Error('Connection lost')
  }
}
