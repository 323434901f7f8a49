import type { File, Reason } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import { downloaded, nameOf } from './media.js'

export interface Content {
  readonly text: string
  readonly files?: readonly File[]
  readonly remarks?: readonly Reason[]
}

const MEDIA = ['image', 'video', 'audio', 'document', 'sticker']

/** The words, files and remarks of a message of any type (contracts/channels/04, Message types). */
export function contentOf(message: Record<string, any>, inbox: WhatsappInbox): Content {
  const type = String(message.type ?? 'unknown')
  const part = message[type] ?? {}
  const remarks = remarksOf(message)
  if (MEDIA.includes(type)) {
    const file: File = { name: nameOf(type, part), type: String(part.mime_type ?? 'application/octet-stream').split(';')[0], open: () => downloaded(String(part.id ?? ''), inbox) }
    return { text: String(part.caption ?? ''), files: [file], remarks: part.voice ? [{ key: 'remark.voice' }, ...remarks] : remarks }
  }
  const text = WORDS[type]?.(part)
  if (text !== undefined) return { text, remarks }
  return { text: '', remarks: [{ key: 'remark.unsupported', values: { type }, ...detail(message.errors?.[0]) }, ...remarks] }
}

const WORDS: Readonly<Record<string, (part: Record<string, any>) => string>> = {
  text: ({ body }) => String(body ?? ''),
  button: ({ text, payload }) => String(text ?? payload ?? ''),
  interactive: ({ button_reply: button, list_reply: row, nfm_reply: form }) => [button?.title ?? row?.title, row?.description, form?.body].filter(Boolean).join('\n'),
  location: placeWords,
  contacts: cardWords,
  order: orderWords,
}

export function placeWords({ name, address, latitude, longitude }: Record<string, any>): string {
  const where = Number.isFinite(Number(latitude)) && Number.isFinite(Number(longitude)) ? `${latitude}, ${longitude}\nhttps://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=17/${Number(latitude)}/${Number(longitude)}` : ''
  return [[name, address].filter(Boolean).join(', '), where].filter(Boolean).join('\n')
}

/** Cards from an address book: a list under a number, since `contacts` is an array. */
function cardWords(cards: any): string {
  const lines = (Array.isArray(cards) ? cards : []).map(({ name, phones = [], emails = [], org }: any) =>
    [name?.formatted_name, org?.company, ...phones.map((one: any) => one?.phone ?? one?.wa_id), ...emails.map((one: any) => one?.email)].filter(Boolean).join(', ')
  )
  return lines.join('\n')
}

function orderWords({ text, product_items: items = [] }: Record<string, any>): string {
  const lines = items.map((item: any) => `${item.quantity} × ${item.product_retailer_id}: ${item.item_price} ${item.currency}`)
  return [text, ...lines].filter(Boolean).join('\n')
}

/** What WhatsApp says of a message besides its words. */
function remarksOf({ context, referral, type }: Record<string, any>): readonly Reason[] {
  const remarks: Reason[] = []
  if (type === 'button' || type === 'interactive') remarks.push({ key: 'remark.button' })
  if (context?.frequently_forwarded) remarks.push({ key: 'remark.forwardedOften' })
  else if (context?.forwarded) remarks.push({ key: 'remark.forwarded' })
  if (context?.referred_product) remarks.push({ key: 'remark.product', values: { product: String(context.referred_product.product_retailer_id ?? '') } })
  if (referral) remarks.push({ key: 'remark.advertisement', values: { headline: String(referral.headline ?? referral.source_id ?? '') }, ...(referral.source_url ? { detail: String(referral.source_url).slice(0, 500) } : {}) })
  return remarks
}

function detail(error: any): { detail?: string } {
  const said = error?.error_data?.details ?? error?.title
  return said ? { detail: String(said).slice(0, 300) } : {}
}
