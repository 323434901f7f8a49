import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Desk } from '#plugin'
import { ownAddresses, type EmailInbox } from './config.js'
import type { settings } from './settings.js'

const KNOWN_MS = 1000

type MailDesk = Desk<typeof settings>

/** An answer of the SMTP protocol other than "accepted". */
class Refusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string
  ) {
    super(message)
  }
}

/**
 * Takes mail by SMTP for every inbox whose listener is on, until the signal. A mail is accepted (250)
 * only when the gateway has it safely; any trouble of ours is 451, and the sender tries again.
 */
export async function listen(desk: MailDesk, signal: AbortSignal): Promise<void> {
  const port = desk.settings.listenerPort
  if (port === null) return ended(signal)

  const maxBytes = desk.settings.maxMessageMb * 1024 * 1024
  const mailboxes = new Mailboxes(desk)
  const { SMTPServer } = await import('smtp-server')
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: maxBytes,
    banner: 'Opora',
    disableReverseLookup: true,
    onRcptTo: (address, _session, done) => {
      mailboxes
        .reachedBy([address.address])
        .then((found) => done(found.length > 0 ? null : new Refusal(550, '5.1.1 No such mailbox here')))
        .catch((error: Error) => {
          desk.log.error({ error: error.message }, 'The SMTP listener could not look up a mailbox')
          done(new Refusal(451, '4.3.0 Try again later'))
        })
    },
    onData: (stream, session, done) => {
      take(desk, mailboxes, stream, session, maxBytes)
        .then(() => done(null, '2.0.0 Stored'))
        .catch((error: Error) => {
          if (error instanceof Refusal) return done(error)
          desk.log.error({ error: error.message }, 'The SMTP listener could not store a mail')
          done(new Refusal(451, '4.3.0 Could not be stored now, try again later'))
        })
    },
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, desk.settings.listenerHost, () => {
      server.off('error', fail)
      done()
    })
  })
  server.on('error', (error) => desk.log.error({ error: error.message }, 'SMTP listener'))
  desk.log.info({ port, host: desk.settings.listenerHost }, 'The SMTP listener takes mail')
  await ended(signal)
  await new Promise<void>((done) => server.close(() => done()))
}

/** What is longer waits on the disk for its last byte, not in memory. */
const IN_MEMORY_BYTES = 512 * 1024

/** The bytes' own hash is their id, and it is known only at the end. */
async function take(desk: MailDesk, mailboxes: Mailboxes, stream: SMTPServerDataStream, session: SMTPServerSession, maxBytes: number) {
  let path: string | null = null
  const hash = createHash('sha256')
  let start: Buffer[] = []
  let file: FileHandle | null = null
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // Beyond the limit it is read on and thrown away: the sender hears our answer only after its last byte.
      if (bytes > maxBytes) continue
      hash.update(chunk)
      if (!file && bytes > IN_MEMORY_BYTES) {
        path = join(await desk.folder(), `${randomUUID()}.eml`)
        file = await open(path, 'wx', 0o600)
        await file.writeFile(Buffer.concat(start))
        start = []
      }
      if (file) await file.write(chunk)
      else start.push(chunk)
    }
    if (stream.sizeExceeded || bytes > maxBytes) throw new Refusal(552, `5.3.4 The message is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`)

    const recipients = session.envelope.rcptTo.map(({ address }) => address)
    const externalId = hash.digest('hex')
    const { mailFrom } = session.envelope
    const envelope = { client: session.remoteAddress.slice(0, 60), helo: session.hostNameAppearsAs.slice(0, 255), sender: (mailFrom ? mailFrom.address : '').slice(0, 320) }
    for (const inbox of await mailboxes.reachedBy(recipients)) {
      await desk.receive(inbox.id, { externalId, type: 'message/rfc822', at: desk.now(), envelope, body: path ? createReadStream(path) : Buffer.concat(start) })
    }
  } finally {
    await file?.close()
    if (path) await rm(path, { force: true })
  }
}

/** The inboxes as they were a moment ago: a stream of mail asks for them twice a mail. */
class Mailboxes {
  #inboxes: readonly EmailInbox[] = []
  #until = 0

  constructor(readonly desk: MailDesk) {}

  /** Those whose listener is on; nobody is refused by what was known a moment ago. */
  async reachedBy(recipients: readonly string[]): Promise<readonly EmailInbox[]> {
    const wanted = new Set(recipients.map((address) => address.toLowerCase()))
    const found = () => this.#inboxes.filter((inbox) => inbox.config.listener && ownAddresses(inbox.config).some((address) => wanted.has(address)))
    const known = performance.now() < this.#until ? found() : []
    if (known.length > 0) return known
    this.#inboxes = (await this.desk.inboxes()) as unknown as readonly EmailInbox[]
    this.#until = performance.now() + KNOWN_MS
    return found()
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })))
}
