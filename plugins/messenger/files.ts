import { fileIn, type File, type Reason } from '#plugin'
import { GRAPH, type MessengerInbox } from './config.js'

/** Facebook's own stores of files; nothing is fetched from elsewhere (contracts/channels/01, security). */
const STORES = ['fbcdn.net', 'fbsbx.com']

/** What is attached to a message: files to fetch, and words for what is none. */
export interface Attached {
  readonly files: readonly File[]
  readonly remarks: readonly Reason[]
  /** Lines for the text: a place on a map. */
  readonly lines: readonly string[]
}

const ENDINGS: Record<string, string> = { image: 'jpg', audio: 'mp3', video: 'mp4', file: 'bin', reel: 'mp4', ig_reel: 'mp4' }
const TYPES: Record<string, string> = { image: 'image/jpeg', audio: 'audio/mpeg', video: 'video/mp4' }

export function attachedTo(message: Record<string, any>, inbox: MessengerInbox): Attached {
  const files: File[] = []
  const remarks: Reason[] = []
  const lines: string[] = []
  for (const [index, { type = 'file', payload, title, url }] of (message.attachments ?? []).slice(0, 30).entries()) {
    const address: string | undefined = payload?.url ?? url
    if (payload?.sticker_id || message.sticker_id) remarks.push({ key: 'remark.sticker' })
    if (payload?.coordinates) lines.push(`https://www.openstreetmap.org/?mlat=${Number(payload.coordinates.lat)}&mlon=${Number(payload.coordinates.long)}`)
    else if (address && mayFetch(address, inbox)) files.push(fileAt(address, { type, index, sticker: Boolean(payload?.sticker_id) }, inbox))
    else if (address) remarks.push({ key: 'remark.shared', values: { title: String(title ?? payload?.title ?? ''), address: address.slice(0, 500) } })
    else remarks.push({ key: type === 'template' ? 'remark.template' : 'remark.unsupported', values: { type: String(type) } })
  }
  return { files, remarks, lines }
}

/** Only from the stores of the provider, or from where a stand-in for it is. */
export function mayFetch(address: string, inbox: MessengerInbox): boolean {
  if (!URL.canParse(address)) return false
  const { hostname, protocol, origin } = new URL(address)
  const base = new URL(inbox.environment('META_GRAPH_URL', GRAPH)).origin
  return origin === base || (protocol === 'https:' && STORES.some((store) => hostname === store || hostname.endsWith(`.${store}`)))
}

/** A file behind an address that soon dies; without our token, for it is not ours to show there. */
export function fileAt(address: string, { type, index, sticker = false }: { type: string; index: number; sticker?: boolean }, inbox: MessengerInbox): File {
  const called = decoded(new URL(address).pathname.split('/').at(-1) ?? '')
  const name = sticker ? 'sticker.png' : /\.[a-z0-9]{2,5}$/i.test(called) ? called : `${type}-${index + 1}.${ENDINGS[type] ?? 'bin'}`
  return {
    name,
    type: TYPES[type] ?? 'application/octet-stream',
    async open() {
      // An address is signed for a time; after it the store forbids what it gave before.
      return fileIn(await inbox.fetch(address, { redirect: 'error' }), { provider: 'Facebook', gone: [403, 404, 410] })
    },
  }
}

/** The last word of an address; one that is wrongly written stays as it is. */
function decoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}
