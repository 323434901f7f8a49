import { Readable } from 'node:stream'
import type { DateTime } from 'luxon'
import type { File, Incoming, IncomingMessage, Reason, Stored } from '#plugin'
import { placeWords } from '../cloud/content.js'
import { nameOf } from '../cloud/media.js'
import { phone, person as personOf } from '../people.js'
import type { WhatsappInbox } from '../config.js'
import type { PlainMessage, PlainPerson } from './plain.js'

const ACKS: Readonly<Record<number, 'failed' | 'sent' | 'delivered' | 'read'>> = { [-1]: 'failed', 1: 'sent', 2: 'delivered', 3: 'read', 4: 'read' }

/** Turns what a session kept into what it means. */
export function readSessionItem(text: string, item: Stored, inbox: WhatsappInbox): readonly Incoming[] {
  const body = JSON.parse(text)
  const base = { externalId: item.externalId, at: item.at }
  switch (body.kind) {
    case 'message':
      return [messageOf(body, item.at, inbox)]
    case 'ack': {
      const status = ACKS[body.ack]
      return status ? [{ type: 'receipt', externalId: body.id, status, at: item.at, ...(status === 'failed' ? { reason: { key: 'fault.webRefused' } } : {}) }] : []
    }
    case 'edit':
      return [{ type: 'change', ...base, of: body.id, from: known(body.person).from, change: { kind: 'edited', text: String(body.text ?? '') } }]
    case 'revoke':
      return [{ type: 'change', ...base, of: body.id, from: known(body.person).from, change: { kind: 'deleted' } }]
    case 'reaction':
      return [{ type: 'change', ...base, of: body.id, from: known(body.person).from, change: { kind: 'reaction', emoji: body.emoji } }]
    case 'call':
      return [{ type: 'message', externalId: item.externalId, ...known(body.person), at: item.at, text: '', remarks: [{ key: 'remark.call' }] }]
    default:
      return [{ type: 'other', ...base, kind: String(body.kind ?? 'unknown').slice(0, 100) }]
  }
}

function messageOf(body: PlainMessage, at: DateTime, inbox: WhatsappInbox): IncomingMessage {
  const { from, alsoFrom } = known(body.person)
  const content = { text: wordsOf(body), files: filesOf(body), remarks: remarksOf(body), thread: { ...(body.quoted ? { inReplyTo: body.quoted } : {}), ...(body.group ? { key: body.group } : {}) } }
  if (body.fromMe) return { type: 'message', externalId: body.id, outgoing: true, from: phone(inbox.config.number), to: [body.group ? group(body.group) : from], at, ...content }
  return { type: 'message', externalId: body.id, from, alsoFrom, ...(body.group ? { replyTo: group(body.group) } : {}), at, ...content }
}

/** A privacy id is kept with its kind in front: its digits are no phone number. */
function known({ number, lid, name }: PlainPerson) {
  return personOf({ number, ids: [lid ? `lid:${lid}` : undefined], name })
}

const group = (id: string) => ({ kind: 'handle' as const, value: `group:${id.split('@')[0]}` })

function wordsOf({ text, location, cards }: PlainMessage): string {
  const place = location ? placeWords({ ...location, name: location.name ?? location.description }) : ''
  return [text, place, ...(cards ?? []).map(cardWords)].filter(Boolean).join('\n')
}

/** Name and numbers of a vCard (RFC 6350), without the rest. */
function cardWords(card: string): string {
  const values = card.split(/\r?\n/).flatMap((line) => /^(?:item\d+\.)?(FN|TEL|EMAIL)[^:]*:(.+)$/i.exec(line)?.[2]?.trim() ?? [])
  return values.join(', ')
}

function filesOf({ media, type }: PlainMessage): readonly File[] {
  if (!media || 'missing' in media) return []
  const name = media.name ?? nameOf(type === 'ptt' ? 'audio' : type, { mime_type: media.type })
  return [{ name, type: media.type.split(';')[0], open: async () => Readable.from([Buffer.from(media.data, 'base64')]) }]
}

function remarksOf({ media, type, forwarded, waiting, group: chat, text, location, cards }: PlainMessage): readonly Reason[] {
  const remarks: Reason[] = []
  // A kind that this program knows nothing of: better a word than an empty bubble.
  if (!text && !media && !location && !cards?.length && !waiting) remarks.push({ key: 'remark.unsupported', values: { type } })
  if (waiting) remarks.push({ key: 'remark.waiting' })
  if (type === 'ptt') remarks.push({ key: 'remark.voice' })
  if (forwarded) remarks.push({ key: 'remark.forwarded' })
  if (chat) remarks.push({ key: 'remark.group', values: { group: chat.split('@')[0] } })
  if (media && 'missing' in media) remarks.push(media.missing === 'tooLarge' ? { key: 'remark.mediaTooLarge', values: { megabytes: Math.ceil(media.bytes / 1_000_000) } } : { key: 'remark.mediaGone' })
  return remarks
}
