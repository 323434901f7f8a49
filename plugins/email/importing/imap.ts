import { DateTime } from 'luxon'
import type { ImportRange, ImportSource, Raw } from '#plugin'
import { account, type Account, type config, type EmailInbox } from '../config.js'
import { connectionFault, Fault } from '../faults.js'
import type { Connect, ImapClient } from '../imap_client.js'
import { signedIn } from '../oauth/grant.js'

const MAX_MAIL = 64 * 1024 * 1024
const ROUND_MAILS = 100
const ROUND_BYTES = 24 * 1024 * 1024
/** Not taken unless they are named: nobody looks for a customer there. */
const ASIDE = /(^|[./\\])(trash|deleted|bin|junk|spam|bulk mail|drafts?|outbox|koš|odstraněn[áé]|nevyžádan[áé]|koncepty|rozepsan[áé]|kosz|wersje robocze|κάδος|πρόχειρα)/i

interface Place {
  readonly folder: string
  readonly uidValidity: string
  readonly lastUid: number
}

/** The folders of the mailbox itself. An id is the one that fetching gives, so what was fetched is known. */
export function imapWith(connect: Connect): ImportSource<typeof config> {
  return {
    from: 'account',

    survey: (inbox, range, signal) =>
      connected(connect, inbox, async (client) => {
        const places = []
        for (const folder of await foldersFor(client, range)) {
          signal.throwIfAborted()
          await client.open(folder)
          const count = (await within(client, '1:*', range)).length
          if (count > 0 || range.folders) places.push({ place: folder, count })
        }
        return places
      }),

    fetch: (inbox, range, cursor, signal) =>
      connected(connect, inbox, async (client) => {
        const items: Raw[] = []
        const faults = []
        let bytes = 0
        const reached: Place | null = cursor ? JSON.parse(cursor) : null
        const folders = await foldersFor(client, range)
        const begin = reached ? folders.indexOf(reached.folder) : 0
        if (begin === -1) throw Object.assign(new Fault({ key: 'import.folderGone', values: { folder: reached!.folder } }), { final: true })
        for (const folder of folders.slice(begin)) {
          const { uidValidity } = await client.open(folder)
          // Renumbered meanwhile: from its beginning, and what is here is known again by its words.
          const lastUid = reached?.folder === folder && reached.uidValidity === uidValidity ? reached.lastUid : 0
          const uids = (await within(client, `${lastUid + 1}:*`, range)).filter((uid) => uid > lastUid).sort((a, b) => a - b)
          for (let from = 0; from < uids.length; from += ROUND_MAILS) {
            for (const { uid, bytes: size, at } of (await client.sizes(uids.slice(from, from + ROUND_MAILS))).toSorted((a, b) => a.uid - b.uid)) {
              signal.throwIfAborted()
              const place = `${folder}:${uidValidity}:${uid}`
              if (size > MAX_MAIL) faults.push({ place, reason: { key: 'import.tooBig', values: { megabytes: Math.round(MAX_MAIL / 1024 / 1024) } } })
              else {
                const body = await bodyOf(client, uid)
                if (body instanceof Error) faults.push({ place, reason: { key: 'import.notRead', detail: body.message.slice(0, 200) } })
                else if (body) {
                  bytes += body.length
                  items.push({ externalId: place, type: 'message/rfc822', at: DateTime.fromJSDate(at, { zone: 'utc' }), body })
                }
              }
              if (items.length + faults.length >= ROUND_MAILS || bytes >= ROUND_BYTES) return { items, faults, cursor: JSON.stringify({ folder, uidValidity, lastUid: uid }) }
            }
          }
        }
        return { items, faults, cursor: null }
      }),
  }
}

/** A mail that the server will not give is no reason to end; a lost connection is. */
async function bodyOf(client: ImapClient, uid: number): Promise<Buffer | Error | null> {
  try {
    return await client.source(uid)
  } catch (error) {
    if (!client.isOpen) throw error
    return error as Error
  }
}

async function foldersFor(client: ImapClient, { folders }: ImportRange): Promise<string[]> {
  const there = [...(await client.folders())].sort()
  const missing = folders?.filter((folder) => !there.includes(folder)) ?? []
  if (missing.length > 0) throw Object.assign(new Fault({ key: 'fault.folder', values: { folder: missing[0], folders: there.slice(0, 30).join(', ') } }), { final: true })
  return folders ? there.filter((folder) => folders.includes(folder)) : there.filter((folder) => !ASIDE.test(folder))
}

/** IMAP compares days only and without their zone; a day more on either side is looked at. */
async function within(client: ImapClient, range: string, { since, until }: ImportRange): Promise<readonly number[]> {
  const uids = await client.uids(range, since?.minus({ days: 1 }).toJSDate())
  if (!since && !until) return uids
  const found: number[] = []
  for (let from = 0; from < uids.length; from += 500) {
    for (const { uid, at } of await client.sizes(uids.slice(from, from + 500))) {
      const time = DateTime.fromJSDate(at, { zone: 'utc' })
      if ((!since || time >= since) && (!until || time <= until.endOf('day'))) found.push(uid)
    }
  }
  return found
}

async function connected<T>(connect: Connect, inbox: EmailInbox, work: (client: ImapClient) => Promise<T>): Promise<T> {
  const configured = account(inbox, 'imap')
  if (!configured) throw Object.assign(new Fault({ key: 'import.noImap' }), { final: true })
  let login: Account = configured
  let client: ImapClient | null = null
  try {
    login = await signedIn(inbox, configured)
    client = await connect(login)
    return await work(client)
  } catch (error) {
    throw error instanceof Fault ? error : connectionFault(error, 'imap', login)
  } finally {
    client?.close()
  }
}
