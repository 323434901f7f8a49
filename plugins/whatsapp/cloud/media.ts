import { fileIn, FileNotHad } from '#plugin'
import { GRAPH_URL, graphUrl, type WhatsappInbox } from '../config.js'
import { graph, GraphError } from './graph.js'

const PROVIDER = 'WhatsApp'
/** "Unsupported get request": there is no such object any more. */
const UNKNOWN_OBJECT = 100

/** Where Meta keeps media of the vendor's own API; of any other base, only that base. Checked against the whole host. */
const META_MEDIA = /^(?:[a-z0-9-]+\.)*(?:fbsbx\.com|facebook\.com|fbcdn\.net|whatsapp\.net)$/

/**
 * Fetches a file in two steps: its address, which lives five minutes, then its bytes with the same token. The token
 * goes to the configured host, and to the vendor's own media hosts when that is the vendor; nowhere else.
 *
 * @throws FileNotHad when the address is another's or the file is gone
 */
export async function downloaded(id: string, inbox: WhatsappInbox): Promise<NodeJS.ReadableStream> {
  const url = await addressOf(id, inbox)
  const base = new URL(graphUrl(inbox))
  const place = url && URL.canParse(url) ? new URL(url) : null
  if (!place) throw new FileNotHad(PROVIDER, false, 'There was no address')
  const isVendors = base.origin === GRAPH_URL && place.protocol === 'https:' && META_MEDIA.test(place.hostname)
  if (place.origin !== base.origin && !isVendors) throw new FileNotHad(PROVIDER, false, `It lies at ${place.host}, which is not WhatsApp's`)

  return fileIn(await inbox.fetch(place, { headers: { authorization: `Bearer ${inbox.config['cloud.accessToken']}` } }), { provider: PROVIDER })
}

/** Where it lies for the next minutes. An id that came by the webhook is known for seven days. */
async function addressOf(id: string, inbox: WhatsappInbox): Promise<string | undefined> {
  try {
    const { url } = await graph<{ url?: string }>(inbox, `${encodeURIComponent(id)}?phone_number_id=${encodeURIComponent(inbox.config['cloud.phoneNumberId'] ?? '')}`)
    return url
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    throw new FileNotHad(PROVIDER, error.status === 404 || error.fault?.code === UNKNOWN_OBJECT, error.message)
  }
}

const ENDINGS: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'video/mp4': 'mp4', 'video/3gpp': '3gp', 'audio/ogg': 'ogg', 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/aac': 'aac', 'audio/amr': 'amr', 'application/pdf': 'pdf' }

/** A name for what has none: only documents carry theirs. */
export function nameOf(type: string, { filename, mime_type: mime }: Record<string, any>): string {
  if (filename) return String(filename)
  const ending = ENDINGS[String(mime ?? '').split(';')[0].trim()]
  return ending ? `${type}.${ending}` : type
}
