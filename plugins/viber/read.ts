import { DateTime } from 'luxon'
import { fileIn, type Address, type File, type Incoming, type IncomingMessage, type Reason, type Stored } from '#plugin'
import type { ViberInbox } from './config.js'
import { parse } from './api.js'

const RECEIPTS = { delivered: 'delivered', seen: 'read', failed: 'failed' } as const

/** Turns one event into what it means; what we make nothing of is said, never thrown. */
export async function readEvent(item: Stored, inbox: ViberInbox): Promise<readonly Incoming[]> {
  const event = parse(await item.text()) as Record<string, any>
  const at = momentOf(event.timestamp, item)
  const base = { externalId: item.externalId, at }
  switch (event.event) {
    case 'message':
      return [messageOf(event, at, inbox), ...proofOf(event, at)]
    case 'delivered':
    case 'seen':
    case 'failed': {
      const status = RECEIPTS[event.event as keyof typeof RECEIPTS]
      const reason: Reason | undefined = status === 'failed' ? { key: 'fault.notDelivered', detail: String(event.desc ?? '').slice(0, 300) } : undefined
      return [{ type: 'receipt', externalId: String(event.message_token), status, at, ...(reason ? { reason } : {}) }]
    }
    case 'subscribed':
      return [{ type: 'sign', ...base, from: addressOf(event.user ?? {}), reachable: true, remark: { key: 'sign.subscribed' } }]
    case 'unsubscribed':
      return [{ type: 'sign', ...base, from: addressOf({ id: event.user_id }), reachable: false, remark: { key: 'sign.unsubscribed' } }]
    case 'conversation_started': {
      const remark: Reason = event.context ? { key: 'sign.startedFrom', values: { context: String(event.context).slice(0, 200) } } : { key: 'sign.started' }
      return [{ type: 'sign', ...base, from: addressOf(event.user ?? {}), remark }]
    }
    default:
      return [{ type: 'other', ...base, kind: String(event.event ?? 'unknown').slice(0, 100) }]
  }
}

function messageOf({ message = {}, sender = {}, message_token: token }: Record<string, any>, at: DateTime, inbox: ViberInbox): IncomingMessage {
  const read = CONTENT[String(message.type)]
  const content = read ? read(message, inbox) : { text: String(message.text ?? ''), remarks: [{ key: 'remark.unsupported', values: { type: String(message.type ?? '') } }] }
  return { type: 'message', externalId: String(token), from: addressOf(sender), at, ...content }
}

/** A customer's message carries the tracking data of our last one, which therefore arrived: it settles one that was unsure. */
function proofOf({ message }: Record<string, any>, at: DateTime): readonly Incoming[] {
  const reference = message?.tracking_data
  if (typeof reference !== 'string' || !/^op\.\d+\.\d+\.[\w-]+$/.test(reference)) return []
  return [{ type: 'receipt', externalId: reference, reference, status: 'delivered', at }]
}

type Content = Pick<IncomingMessage, 'text' | 'files' | 'remarks'>

const CONTENT: Readonly<Record<string, (message: Record<string, any>, inbox: ViberInbox) => Content>> = {
  text: ({ text }) => ({ text: String(text ?? '') }),
  url: ({ media, text }) => ({ text: [text, media].filter(Boolean).join('\n') }),
  picture: (message, inbox) => ({ text: String(message.text ?? ''), files: [fileOf(message, 'picture.jpg', 'image/jpeg', inbox)] }),
  video: (message, inbox) => ({ text: String(message.text ?? ''), files: [fileOf(message, 'video.mp4', 'video/mp4', inbox)] }),
  file: (message, inbox) => ({ text: String(message.text ?? ''), files: [fileOf(message, 'file', 'application/octet-stream', inbox)] }),
  sticker: (message, inbox) => ({ text: '', remarks: [{ key: 'remark.sticker' }], files: message.media ? [fileOf(message, 'sticker.png', 'image/png', inbox)] : [] }),
  contact: ({ contact = {} }) => ({ text: [contact.name, contact.phone_number].filter(Boolean).join(', ') }),
  location: ({ location = {}, text }) => ({ text: [text, location.address, placeOf(location)].filter(Boolean).join('\n') }),
}

function placeOf({ lat, lon }: Record<string, any>): string {
  const [latitude, longitude] = [Number(lat), Number(lon)]
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? `${latitude}, ${longitude}\nhttps://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}` : ''
}

/** Viber keeps media for about an hour, so they are fetched as soon as the event is read. No token goes along. */
function fileOf({ media, file_name: name, size }: Record<string, any>, fallback: string, type: string, inbox: ViberInbox): File {
  return {
    name: String(name || fallback),
    type,
    ...(Number(size) > 0 ? { bytes: Number(size) } : {}),
    async open() {
      return fileIn(await inbox.fetch(String(media)), { provider: 'Viber', gone: [403, 404, 410] })
    },
  }
}

/** An id belongs to one bot, ends in `==`, and tells no phone number. */
export function addressOf({ id, name }: Record<string, any>): Address {
  return { kind: 'handle', value: String(id ?? 'unknown'), ...(name ? { name: String(name) } : {}) }
}

function momentOf(timestamp: unknown, item: Stored): DateTime {
  const at = DateTime.fromMillis(Number(timestamp), { zone: 'utc' })
  return Number(timestamp) > 0 && at.isValid ? at : item.at
}
