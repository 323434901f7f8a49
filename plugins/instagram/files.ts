import { fileIn, type File, type Reason } from '#plugin'
import { baseOf, type InstagramInbox } from './config.js'

/** Meta's own stores of files; nothing is fetched from elsewhere. */
const STORES = ['fbcdn.net', 'fbsbx.com', 'cdninstagram.com']
/** Of these the file itself was sent to us; all else is somebody's post or story, and only named by its address. */
const SENT = ['image', 'video', 'audio', 'file']
const ENDINGS: Record<string, string> = { image: 'jpg', audio: 'm4a', video: 'mp4', file: 'bin' }
const TYPES: Record<string, string> = { image: 'image/jpeg', audio: 'audio/mp4', video: 'video/mp4' }

export interface Attached {
  readonly files: readonly File[]
  readonly remarks: readonly Reason[]
}

/**
 * What is attached to a message. A story is not kept: after a day it must not be shown any more (contracts/channels/02),
 * and its address dies by itself then.
 */
export function attachedTo(message: Record<string, any>, inbox: InstagramInbox): Attached {
  const files: File[] = []
  const remarks: Reason[] = []
  for (const [index, { type = 'file', payload }] of (message.attachments ?? []).slice(0, 30).entries()) {
    const address: string = String(payload?.url ?? '').slice(0, 1500)
    if (SENT.includes(type) && mayFetch(address, inbox)) files.push(fileAt(address, { type, index }, inbox))
    else if (type === 'story_mention') remarks.push({ key: 'remark.story_mention', values: { address } })
    else if (address) remarks.push({ key: 'remark.shared', values: { title: String(payload?.title ?? ''), address } })
    else remarks.push({ key: 'remark.unsupported' })
  }
  return { files, remarks }
}

/** Only from the stores of the provider, or from where a stand-in for it is. */
export function mayFetch(address: string, inbox: InstagramInbox): boolean {
  if (!URL.canParse(address)) return false
  const { hostname, protocol, origin } = new URL(address)
  return origin === new URL(baseOf(inbox)).origin || (protocol === 'https:' && STORES.some((store) => hostname === store || hostname.endsWith(`.${store}`)))
}

/** A file behind an address that soon dies; without our token, for it is not ours to show there. */
export function fileAt(address: string, { type, index }: { type: string; index: number }, inbox: InstagramInbox): File {
  const called = decoded(new URL(address).pathname.split('/').at(-1) ?? '')
  return {
    name: /\.[a-z0-9]{2,5}$/i.test(called) ? called : `${type}-${index + 1}.${ENDINGS[type] ?? 'bin'}`,
    type: TYPES[type] ?? 'application/octet-stream',
    async open() {
      // An address is signed for a time; after it the store forbids what it gave before.
      return fileIn(await inbox.fetch(address, { redirect: 'error' }), { provider: 'Instagram', gone: [403, 404, 410] })
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
