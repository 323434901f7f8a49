import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DateTime } from 'luxon'
import type { Raw } from '#plugin'
import { account, folderOf, providerOf, type EmailInbox } from './config.js'
import { advance, parseCursor, type Cursor } from './cursor.js'
import { connectionFault, Fault } from './faults.js'
import type { Connect, ImapClient } from './imap_client.js'
import { forgetToken, signedIn } from './oauth/grant.js'
import { unfetched, UNFETCHED } from './reading/unfetched.js'

/** One round hands over at most so many mails and, but for a single bigger one, so many bytes. */
const BATCH_COUNT = 50
const BATCH_BYTES = 20 * 1024 * 1024
/** A bigger mail goes over the disk instead of through memory. */
const IN_MEMORY = 2 * 1024 * 1024
/** A mail that broke the connection so often is left alone and reported. */
const TRIES = 3
/** How long one round waits for news; also the pause between two looks on a server without IDLE. */
const WAIT_MS = 50_000
/** A connection that no round has used for so long is given back: the inbox was paused or removed. */
const UNUSED_MS = 90_000
/** After a renumbering: how long before the last visit mail may have arrived that we do not know yet. */
const LOOK_BACK_DAYS = 7
/** Bigger mails are not fetched at all (setting `maxMessageMb` of the plugin guards the listener the same way). */
const MAX_BYTES = 96 * 1024 * 1024

interface Session {
  readonly client: ImapClient
  readonly key: string
  signal: AbortSignal | null
  unused?: NodeJS.Timeout
  /** UIDs known to wait, ascending; so a folder of 20,000 is listed once, not once a batch. */
  waiting: number[]
  /** The cursor of the last round. Another one comes back when its mails could not be kept: then the list is of no use. */
  handed: string | null
}

type Fetched = { items: readonly Raw[]; cursor: string }

/**
 * Reads folders by IMAP, one connection an inbox, kept from round to round and closed by the signal.
 * A round returns at once when there is mail and waits for some when there is none.
 */
export function pollWith(connect: Connect, waitMs = WAIT_MS) {
  const sessions = new Map<number, Session>()
  const failures = new Map<string, number>()

  return {
    /* The waiting happens inside: by IDLE news is here at once. */
    everySeconds: 1,

    async fetch(inbox: EmailInbox, cursor: string | null, signal: AbortSignal): Promise<Fetched> {
      const login = account(inbox, 'imap')
      if (!login) {
        await pause(waitMs, signal)
        return { items: [], cursor: cursor ?? '' }
      }
      let session: Session | null = null
      let used = login
      try {
        session = await sessionOf(inbox, login.key, signal, async () => connect((used = await signedIn(inbox, login))))
        clearTimeout(session.unused)
        if (session.handed !== cursor) session.waiting = []
        const fetched = await round(session, inbox, cursor, signal)
        session.handed = fetched.cursor
        session.unused = setTimeout(() => session?.client.close(), UNUSED_MS).unref()
        return fetched
      } catch (error) {
        session?.client.close()
        sessions.delete(inbox.id)
        if (signal.aborted) return { items: [], cursor: cursor ?? '' }
        if (error instanceof Fault) throw error
        // A session under a token ends when the token does: normal, and the next round brings a new one (07a).
        if (session && !used.accessToken && providerOf(inbox)) return { items: [], cursor: cursor ?? '' }
        const fault = connectionFault(error, 'imap', used)
        if (fault.reason.key === 'fault.login' && used.accessToken) await forgetToken(inbox, used.accessToken)
        throw fault
      }
    },
  }

  async function sessionOf(inbox: EmailInbox, key: string, signal: AbortSignal, connectNow: () => Promise<ImapClient>): Promise<Session> {
    const known = sessions.get(inbox.id)
    if (known?.key === key && known.client.isOpen) return obey(known, signal)
    known?.client.close()
    const session: Session = { client: await connectNow(), key, signal: null, waiting: [], handed: null }
    sessions.set(inbox.id, session)
    return obey(session, signal)
  }

  function obey(session: Session, signal: AbortSignal): Session {
    if (session.signal === signal) return session
    session.signal = signal
    const close = () => session.signal === signal && session.client.close()
    if (signal.aborted) close()
    else signal.addEventListener('abort', close, { once: true })
    return session
  }

  async function round(session: Session, inbox: EmailInbox, text: string | null, signal: AbortSignal): Promise<Fetched> {
    const { client } = session
    const folder = folderOf(inbox)
    const opened = await client.open(folder)
    let cursor = startingPoint(parseCursor(text), opened, inbox)
    if (session.waiting.length === 0) session.waiting = await list(client, cursor)
    if (session.waiting.length === 0) {
      await client.change(waitMs, signal)
      if (signal.aborted) return { items: [], cursor: JSON.stringify(cursor) }
      session.waiting = await list(client, cursor)
    }
    const wanted = new Set(cursor.gaps)
    const uids = session.waiting.filter((uid) => uid > cursor.lastUid || wanted.has(uid)).slice(0, BATCH_COUNT)
    const { items, settled } = await take(client, inbox, cursor, uids)
    session.waiting = session.waiting.filter((uid) => !settled.includes(uid))
    cursor = advance(cursor, settled, Math.max(cursor.lastUid, ...settled), seen(inbox))
    return { items, cursor: JSON.stringify(cursor) }
  }

  /** Takes the mails in order of UID until the batch is full. What is gone meanwhile is settled without an item. */
  async function take(client: ImapClient, inbox: EmailInbox, cursor: Cursor, uids: readonly number[]) {
    const sizes = new Map((await client.sizes(uids)).map((size) => [size.uid, size]))
    const items: Raw[] = []
    const settled: number[] = []
    let bytes = 0
    for (const uid of uids) {
      const size = sizes.get(uid)
      if (size && items.length > 0 && bytes + size.bytes > BATCH_BYTES) break
      if (size) {
        bytes += size.bytes
        try {
          const body = await bodyOf(client, inbox, cursor, uid, size.bytes)
          const at = DateTime.fromJSDate(size.at, { zone: 'utc' })
          if (body) items.push({ externalId: `${cursor.folder}:${cursor.uidValidity}:${uid}`, at: at.isValid ? at : inbox.now(), ...body })
        } catch (error) {
          /* What came before the break is safe in our hands: hand it over, connect anew for the rest. */
          if (items.length > 0) break
          throw error
        }
      }
      settled.push(uid)
    }
    return { items, settled }
  }

  /** The mail's bytes, or the reason why there are none; null when it was deleted under our hands. */
  async function bodyOf(client: ImapClient, inbox: EmailInbox, cursor: Cursor, uid: number, bytes: number): Promise<Pick<Raw, 'type' | 'body'> | null> {
    const name = `${inbox.id}:${cursor.folder}:${cursor.uidValidity}:${uid}`
    const note = (reason: string) => ({ type: UNFETCHED, body: unfetched({ folder: cursor.folder, uid, bytes, reason }) })
    if (bytes > MAX_BYTES) return note(`it is larger than ${MAX_BYTES / 1024 / 1024} MB`)
    if ((failures.get(name) ?? 0) >= TRIES) return note('the connection broke at it every time')
    try {
      const body = bytes > IN_MEMORY ? await spool(client, inbox, uid) : await client.source(uid)
      failures.delete(name)
      if (body) return { type: 'message/rfc822', body }
      return (await client.uids(String(uid))).includes(uid) ? note('it came without contents') : null
    } catch (error) {
      failures.set(name, (failures.get(name) ?? 0) + 1)
      if (!client.isOpen) throw error
      return note((error as { responseText?: string }).responseText ?? (error as Error).message)
    }
  }
}

/** First visit, the same folder again, or a folder that the server has renumbered. */
function startingPoint(cursor: Cursor | null, opened: { uidValidity: string; uidNext: number }, inbox: EmailInbox): Cursor {
  const folder = folderOf(inbox)
  const fresh = { folder, uidValidity: opened.uidValidity, gaps: [], seenAt: seen(inbox) }
  if (!cursor || cursor.folder !== folder) {
    return { ...fresh, lastUid: inbox.config['imap.startFrom'] === 'now' ? Math.max(0, opened.uidNext - 1) : 0 }
  }
  if (cursor.uidValidity === opened.uidValidity) return cursor
  inbox.log.info({ folder, before: cursor.uidValidity, now: opened.uidValidity }, 'The mail server renumbered the folder')
  const since = DateTime.fromISO(cursor.seenAt, { zone: 'utc' }).minus({ days: LOOK_BACK_DAYS })
  return { ...fresh, lastUid: 0, since: since.toISO() ?? undefined }
}

/** What waits: new UIDs, and those of the gaps that have appeared. `n:*` also names the last mail of all when it is older. */
async function list(client: ImapClient, cursor: Cursor): Promise<number[]> {
  const since = cursor.since ? new Date(cursor.since) : undefined
  const fresh = (await client.uids(`${cursor.lastUid + 1}:*`, since)).filter((uid) => uid > cursor.lastUid)
  const late = cursor.gaps.length > 0 ? await client.uids(cursor.gaps.join(','), since) : []
  return [...new Set([...late, ...fresh])].sort((a, b) => a - b)
}

/** Over a file that loses its name as soon as it is open for reading: it is gone when the stream ends. */
async function spool(client: ImapClient, inbox: EmailInbox, uid: number) {
  const path = join(await inbox.folder(), `${randomUUID()}.eml`)
  try {
    await pipeline(await client.download(uid), createWriteStream(path, { flags: 'wx' }))
    const stream = createReadStream(path)
    await once(stream, 'open')
    return stream
  } finally {
    await rm(path, { force: true })
  }
}

function seen(inbox: EmailInbox): string {
  return inbox.now().toUTC().toISO() ?? ''
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })
}
