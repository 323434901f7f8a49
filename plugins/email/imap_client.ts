import type { Readable } from 'node:stream'
import type { ImapFlow } from 'imapflow'
import type { Account } from './config.js'

/** What reading a folder needs of IMAP; tests put a mailbox in memory behind it. */
export interface ImapClient {
  /** Opens the folder read-only: the mailbox stays as it was. */
  open(folder: string): Promise<{ readonly uidValidity: string; readonly uidNext: number }>
  /** UIDs that the server has in a range or list (the trap: `n:*` also names its last one when that is smaller). */
  uids(range: string, since?: Date): Promise<readonly number[]>
  sizes(uids: readonly number[]): Promise<readonly { readonly uid: number; readonly bytes: number; readonly at: Date }[]>
  source(uid: number): Promise<Buffer | null>
  /** A big message, piece by piece. */
  download(uid: number): Promise<Readable>
  /** Resolves when the folder changes, by IDLE or by asking; at the latest after so many ms. Rejects when the connection is lost. */
  change(ms: number, signal: AbortSignal): Promise<void>
  folders(): Promise<readonly string[]>
  /** How many messages lie in a folder, the one for spam if none is named; null when there is none. Opens nothing. */
  count(folder: string | null): Promise<{ readonly folder: string; readonly messages: number } | null>
  /** The folder that the server itself marks as the one of sent mail (RFC 6154), else one of the usual names. */
  sentFolder(): Promise<string | null>
  /** Whether a message with this Message-ID lies in a folder. */
  has(folder: string, messageId: string): Promise<boolean>
  /** Puts a message into a folder, as read. */
  append(folder: string, raw: Buffer): Promise<void>
  readonly isOpen: boolean
  close(): void
}

export type Connect = (account: Account) => Promise<ImapClient>

/** NATs forget a silent connection after five minutes or more. */
const IDLE_MS = 4.5 * 60_000

/** Connects and logs in; one object is one connection, a lost one is never used again. */
export const connectImap: Connect = async (account) => {
  const { ImapFlow } = await import('imapflow')
  const flow = new ImapFlow({
    host: account.host,
    port: account.port,
    secure: account.tls === 'tls',
    doSTARTTLS: account.tls === 'starttls',
    auth: { user: account.username ?? '', ...(account.accessToken ? { accessToken: account.accessToken } : { pass: account.password ?? '' }) },
    logger: false,
    disableCompression: true,
    autoIdleDelay: 100,
    maxIdleTime: IDLE_MS,
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 5 * 60_000,
    maxLiteralSize: 96 * 1024 * 1024,
    maxResponseSize: 97 * 1024 * 1024,
  })
  const client = new FlowClient(flow)
  try {
    await flow.connect()
  } catch (error) {
    flow.close()
    throw error
  }
  return client
}

/** Names that providers give it where they do not mark it. */
const JUNK = /^(?:spam|junk(?: e?-?mail)?|bulk mail|nevyžádan\S*(?: pošta)?|niechciane|wiadomości-śmieci|ανεπιθύμητ\S*(?: αλληλογραφία)?)$/iu

/** As mail programs call it where the server marks none. */
const USUALLY_SENT = /^(sent|sent items|sent messages|sent mail|odeslan[áé]( pošta)?|odoslan[éá]|wysłane|απεσταλμένα)$/i

class FlowClient implements ImapClient {
  readonly #flow: ImapFlow
  readonly #waiting = new Set<(error?: Error) => void>()
  #changed = false
  #lost: Error | null = null

  constructor(flow: ImapFlow) {
    this.#flow = flow
    /* Before connect: an error that nobody listens to ends the process. */
    flow.on('error', (error: Error) => this.#lose(error))
    flow.on('close', () => this.#lose(new Error('The mail server closed the connection')))
    flow.on('exists', () => this.#wake())
    flow.on('mailboxClose', () => this.#wake())
  }

  get isOpen() {
    return this.#lost === null && this.#flow.usable
  }

  async open(folder: string) {
    const current = this.#flow.mailbox
    const opened = current && current.path === folder && current.readOnly ? current : await this.#flow.mailboxOpen(folder, { readOnly: true })
    return { uidValidity: String(opened.uidValidity), uidNext: Number(opened.uidNext) }
  }

  async uids(range: string, since?: Date) {
    this.#changed = false
    return (await this.#flow.search({ uid: range, ...(since ? { since } : {}) }, { uid: true })) || []
  }

  async sizes(uids: readonly number[]) {
    if (uids.length === 0) return []
    const found = await this.#flow.fetchAll(uids.join(','), { uid: true, size: true, internalDate: true }, { uid: true })
    return found.map(({ uid, size, internalDate }) => ({ uid, bytes: size ?? 0, at: new Date(internalDate ?? Date.now()) }))
  }

  async source(uid: number) {
    const found = await this.#flow.fetchOne(String(uid), { uid: true, source: true }, { uid: true })
    return (found && found.source) || null
  }

  async download(uid: number) {
    const { content } = await this.#flow.download(String(uid), undefined, { uid: true, chunkSize: 512 * 1024 })
    if (!content) throw new Error('The message came without contents')
    return content
  }

  change(ms: number, signal: AbortSignal) {
    return new Promise<void>((done, fail) => {
      if (this.#lost) return fail(this.#lost)
      if (this.#changed || signal.aborted) return done()
      const timer = setTimeout(() => settle(), ms)
      const onAbort = () => settle()
      const settle = (error?: Error) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        this.#waiting.delete(settle)
        if (error) fail(error)
        else done()
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(settle)
    })
  }

  async folders() {
    return (await this.#flow.list()).map(({ path }) => path)
  }

  async count(folder: string | null) {
    const list = await this.#flow.list()
    const junk = folder ? list.find(({ path }) => path === folder) : (list.find(({ specialUse }) => specialUse === '\\Junk') ?? list.find(({ name }) => JUNK.test(name)))
    if (!junk) return null
    const { messages } = (await this.#flow.status(junk.path, { messages: true })) || {}
    return { folder: junk.path, messages: messages ?? 0 }
  }

  async sentFolder() {
    const list = await this.#flow.list()
    return (list.find(({ specialUse }) => specialUse === '\\Sent') ?? list.find(({ name }) => USUALLY_SENT.test(name)))?.path ?? null
  }

  async has(folder: string, messageId: string) {
    await this.#flow.mailboxOpen(folder, { readOnly: true })
    return ((await this.#flow.search({ header: { 'message-id': messageId } }, { uid: true })) || []).length > 0
  }

  async append(folder: string, raw: Buffer) {
    await this.#flow.append(folder, raw, ['\\Seen'])
  }

  close() {
    this.#lose(new Error('Closed'))
    this.#flow.close()
  }

  #wake() {
    this.#changed = true
    for (const settle of [...this.#waiting]) settle()
  }

  #lose(error: Error) {
    this.#lost ??= error
    for (const settle of [...this.#waiting]) settle(this.#lost)
  }
}
