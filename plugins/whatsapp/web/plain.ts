import type { SessionItem } from './session.js'
import type { WaMessage } from './client.js'

/** A person as the page names them. */
export interface PlainPerson {
  readonly number?: string
  readonly lid?: string
  readonly name?: string
}

/** A message as it is kept. */
export interface PlainMessage {
  readonly kind: 'message'
  readonly id: string
  readonly fromMe: boolean
  readonly type: string
  readonly text: string
  readonly person: PlainPerson
  /** The group's id. */
  readonly group?: string
  readonly forwarded?: boolean
  readonly quoted?: string
  readonly waiting?: boolean
  readonly location?: WaMessage['location']
  readonly cards?: readonly string[]
  readonly media?: { readonly type: string; readonly name?: string; readonly data: string } | { readonly missing: 'gone' } | { readonly missing: 'tooLarge'; readonly bytes: number }
}

/** Larger files stay on the phone: the library holds a whole file in memory. */
const MEDIA_BYTES = 32_000_000
const MEDIA_MS = 60_000
const NOBODYS = ['e2e_notification', 'notification_template', 'protocol', 'gp2', 'ciphertext', 'revoked', 'call_log']

/** Whether a message is one between the shop and somebody: no status, no channel, no notice of the program, no group unless wanted. */
export function isOfInterest({ from, to, type, isStatus, broadcast }: WaMessage, groups: boolean): boolean {
  const chats = [from, to].map(String)
  if (isStatus || broadcast || chats.some((chat) => /@(broadcast|newsletter)$/.test(chat)) || NOBODYS.includes(type)) return false
  return groups || !chats.some((chat) => chat.endsWith('@g.us'))
}

/** The message with everything that can be had only now; its file, if it has one, is fetched at once. */
export async function plainMessage(message: WaMessage, { waiting, person }: { waiting: boolean; person(id: string, name?: string): Promise<PlainPerson> }): Promise<SessionItem> {
  const { id, fromMe, type, timestamp, isForwarded, _data: data = {} } = message
  const group = [message.from, message.to].find((chat) => chat.endsWith('@g.us'))
  const other = fromMe ? message.to : (message.author ?? message.from)
  const body: PlainMessage = {
    kind: 'message',
    id: waiting ? `${id._serialized}:waiting` : id._serialized,
    fromMe,
    type,
    text: type === 'location' || type === 'vcard' || type === 'multi_vcard' ? '' : String(message.body ?? ''),
    person: await person(other, fromMe ? undefined : data.notifyName),
    ...(group ? { group } : {}),
    ...(isForwarded ? { forwarded: true } : {}),
    ...(data.quotedStanzaID ? { quoted: data.quotedStanzaID } : {}),
    ...(waiting ? { waiting } : {}),
    ...(message.location ? { location: message.location } : {}),
    ...(message.vCards?.length ? { cards: message.vCards } : {}),
    ...(message.hasMedia && !waiting ? { media: await mediaOf(message) } : {}),
  }
  return { externalId: body.id, at: timestamp, body }
}

async function mediaOf(message: WaMessage): Promise<PlainMessage['media']> {
  const bytes = Number(message._data?.size ?? 0)
  if (bytes > MEDIA_BYTES) return { missing: 'tooLarge', bytes }
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<null>((done) => (timer = setTimeout(done, MEDIA_MS, null)))
    const media = await Promise.race([message.downloadMedia?.(), late])
    return media?.data ? { type: media.mimetype, ...(media.filename ? { name: media.filename } : {}), data: media.data } : { missing: 'gone' }
  } catch {
    // Expired, or the page could not fetch it: the message is shown all the same, and says so.
    return { missing: 'gone' }
  } finally {
    clearTimeout(timer)
  }
}
