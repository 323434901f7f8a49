import { DateTime } from 'luxon'
import type { Address, Incoming, IncomingChange, IncomingMessage, Reason, Stored } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import { person, phone } from '../people.js'
import { contentOf } from './content.js'
import { faultIn } from './graph.js'
import { faultWords } from './outcomes.js'
import type { Event } from './webhook.js'

/** Turns one kept event into what it means. What we make nothing of is said, never thrown. */
export function readEvent(text: string, item: Stored, inbox: WhatsappInbox): readonly Incoming[] {
  const kept: Event = JSON.parse(text)
  const mine = !kept.phoneNumberId || kept.phoneNumberId === inbox.config['cloud.phoneNumberId']
  if (!mine) return [other(item, `${kept.field} (${kept.phoneNumberId})`)]
  if (kept.kind === 'message') return messageOf(kept, item, inbox)
  if (kept.kind === 'echo') return echoOf(kept, item, inbox)
  if (kept.kind === 'status') return [statusOf(kept, item)]
  return [other(item, kept.field)]
}

function messageOf({ event, contacts = [] }: Event, item: Stored, inbox: WhatsappInbox): readonly Incoming[] {
  const message = event as Record<string, any>
  const { from, alsoFrom } = senderOf(message, contacts)
  const at = momentOf(message.timestamp, item)
  const change = changeOf(message, from, at, item)
  if (change) return [change]
  if (message.type === 'system') {
    const remark: Reason = { key: 'remark.system', detail: String(message.system?.body ?? message.system?.type ?? '').slice(0, 500) }
    return [{ type: 'sign', externalId: item.externalId, from, at, remark }]
  }
  return [{ type: 'message', externalId: String(message.id ?? item.externalId), from, alsoFrom, at, ...contentOf(message, inbox), thread: threadOf(message) } satisfies IncomingMessage]
}

/** Written on the phone of a number that lives in the WhatsApp Business app too (coexistence). */
function echoOf({ event }: Event, item: Stored, inbox: WhatsappInbox): readonly Incoming[] {
  const message = event as Record<string, any>
  const at = momentOf(message.timestamp, item)
  const from = phone(String(message.from ?? inbox.config.number))
  const { from: to } = person({ number: message.to, ids: [message.to_user_id] })
  const change = changeOf(message, from, at, item)
  if (change) return [change]
  return [{ type: 'message', externalId: String(message.id ?? item.externalId), outgoing: true, from, to: [to], at, ...contentOf(message, inbox), thread: threadOf(message) }]
}

/** A reaction, an edit or a deletion of a message that was there before. */
function changeOf(message: Record<string, any>, from: Address, at: DateTime, item: Stored): IncomingChange | null {
  const base = { type: 'change' as const, externalId: item.externalId, from, at }
  const { reaction, edit, revoke } = message
  if (message.type === 'reaction' && reaction?.message_id) return { ...base, of: reaction.message_id, change: { kind: 'reaction', emoji: reaction.emoji || null } }
  if (message.type === 'edit' && edit?.original_message_id) {
    const text = edit.message?.text?.body ?? edit.message?.[edit.message?.type]?.caption ?? ''
    return { ...base, of: edit.original_message_id, change: { kind: 'edited', text } }
  }
  if (message.type === 'revoke' && revoke?.original_message_id) return { ...base, of: revoke.original_message_id, change: { kind: 'deleted' } }
  return null
}

const STATUS = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' } as const

/** Sent, delivered, read or failed, in whatever order it comes; the core only moves forward. */
function statusOf({ event }: Event, item: Stored): Incoming {
  const { id, status, timestamp, biz_opaque_callback_data: reference, errors } = event as Record<string, any>
  const known = STATUS[status as keyof typeof STATUS]
  if (!id || !known) return other(item, `status ${status}`)
  const fault = known === 'failed' ? faultIn(errors?.[0]) : null
  return {
    type: 'receipt',
    externalId: id,
    status: known,
    at: momentOf(timestamp, item),
    ...(typeof reference === 'string' && reference ? { reference } : {}),
    ...(fault ? { reason: faultWords(fault), unreachable: fault.code === 131026 } : {}),
  }
}

function senderOf(message: Record<string, any>, contacts: readonly any[]) {
  const id = message.from_user_id ?? message.user_id
  const contact = contacts.find((one) => (message.from && one?.wa_id === message.from) || (id && one?.user_id === id)) ?? (contacts.length === 1 ? contacts[0] : undefined)
  const name = contact?.profile?.name || contact?.profile?.username
  const ids = [id ?? contact?.user_id, message.from_parent_user_id ?? message.parent_user_id ?? contact?.parent_user_id]
  return person({ number: message.from ?? contact?.wa_id, ids, name })
}

/** A pressed button belongs to the message that offered it; a quotation only shows what is meant. */
function threadOf({ context, type }: Record<string, any>): IncomingMessage['thread'] {
  if (!context?.id) return {}
  return type === 'button' || type === 'interactive' ? { answers: [context.id], inReplyTo: context.id } : { inReplyTo: context.id }
}

/** A string of seconds; what is none was at the time it came. */
function momentOf(timestamp: unknown, item: Stored): DateTime {
  const at = DateTime.fromSeconds(Number(timestamp), { zone: 'utc' })
  return Number(timestamp) > 0 && at.isValid ? at : item.at
}

const other = (item: Stored, kind: string): Incoming => ({ type: 'other', externalId: item.externalId, kind: kind.slice(0, 100), at: item.at })
