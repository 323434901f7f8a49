import { readPartReference, type IncomingReceipt, type Reason } from '#plugin'
import type { Cause } from '#support/actor'
import { core, kept } from '#channels/health'
import { TooEarly } from '#channels/inbound/too_early'
import { findCustomer } from '#customers/identity'
import { markUnreachable } from '#customers/reach'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import type { Mailbox } from '#tickets/message_parts'
import Ticket from '#tickets/ticket'
import { kindOf } from './address_kind.js'
import { idForms, ownReference } from './reference.js'

/** A delivery with what is needed to tell of it. */
export interface DeliveryRow {
  readonly id: number
  readonly message_id: number
  readonly ticket_id: number
  readonly inbox_id: number
  readonly state: string
  readonly external_id: string | null
  /** The id that was asked for is of one part of it, not of the whole. */
  readonly partly?: boolean
}

/** Receipts only move forward. A failure may replace what was sent, never what was delivered. */
const MAY_BECOME: Readonly<Record<'sent' | 'delivered' | 'read' | 'failed', readonly string[]>> = {
  sent: ['pending', 'held', 'sending', 'unknown'],
  delivered: ['pending', 'held', 'sending', 'unknown', 'sent'],
  read: ['pending', 'held', 'sending', 'unknown', 'sent', 'delivered'],
  failed: ['pending', 'held', 'sending', 'unknown', 'sent'],
}

/** The delivery of this inbox that an id or a reference of ours names: by our own signed mark, else by the channel's id. */
export async function findDelivery(inboxId: number, externalId: string, reference?: string): Promise<DeliveryRow | null> {
  const mark = reference === undefined ? null : readPartReference(reference)
  const own = (mark && ownReference(mark.reference)) ?? ownReference(externalId)
  if (own === 'forged') return null
  if (own) {
    const named = await deliveriesOf(inboxId).where('deliveries.message_id', own.messageId).first()
    return named ? { ...named, partly: mark !== null && !mark.whole } : null
  }
  const whole = await deliveriesOf(inboxId).whereIn('deliveries.external_id', idForms(externalId)).first()
  if (whole) return whole
  const part = await openTransaction().from('message_ids').where({ inbox_id: inboxId, external_id: externalId.slice(0, 500) }).select('message_id').first()
  return part ? { ...(await deliveriesOf(inboxId).where('deliveries.message_id', part.message_id).first()), partly: true } : null
}

function deliveriesOf(inboxId: number) {
  return openTransaction()
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where('deliveries.inbox_id', inboxId)
    .select('deliveries.id', 'deliveries.message_id', 'messages.ticket_id', 'deliveries.inbox_id', 'deliveries.state', 'deliveries.external_id')
}

/** Keeps the ids of parts of a message, so that what the channel says of them is understood. */
export async function rememberParts(delivery: { inbox_id: number; message_id: number }, externalIds: readonly string[]) {
  for (const externalId of externalIds) {
    await openTransaction().knexQuery().table('message_ids').insert({ inbox_id: delivery.inbox_id, external_id: externalId.slice(0, 500), message_id: delivery.message_id }).onConflict(['inbox_id', 'external_id']).ignore()
  }
}

/**
 * Brings a delivery up to date.
 *
 * @returns the message it is about; null when nobody knows it
 * @throws TooEarly while something of this inbox is still being sent
 */
export async function applyReceipt(inbox: { id: number; channel: string }, receipt: IncomingReceipt, cause: Cause) {
  if (receipt.upTo) return applyWatermark(inbox, receipt, receipt.upTo, cause)
  const delivery = await findDelivery(inbox.id, receipt.externalId, receipt.reference)
  if (!delivery) {
    await stopWhileSending(inbox.id)
    return null
  }
  const settled = { messageId: delivery.message_id, ticketId: delivery.ticket_id }
  if (receipt.status === 'failed') {
    await failDelivery(delivery, inbox.channel, receipt.reason ?? core('bounced', { word: 'failed' }), cause)
    if (receipt.unreachable) await markRecipient(delivery, inbox.channel, receipt.reason ?? null)
    return settled
  }
  // One part arrived: the last one speaks for the whole.
  if (delivery.partly) await rememberParts(delivery, [receipt.externalId])
  else await moveDelivery(delivery, receipt.status, receipt.at.toMillis(), cause, receipt.externalId)
  return settled
}

/** All that we sent to this person up to a moment was delivered or read. Of what nobody knows whether it left it says nothing. */
async function applyWatermark(inbox: { id: number }, { status, at }: IncomingReceipt, { to, at: upTo }: NonNullable<IncomingReceipt['upTo']>, cause: Cause) {
  const customerId = await findCustomer(to.kind, to.value)
  if (customerId === null || status === 'failed') return null
  const before = MAY_BECOME[status].filter((state) => state === 'sent' || state === 'delivered')
  const rows: DeliveryRow[] = await deliveriesOf(inbox.id)
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .where('tickets.customer_id', customerId)
    .whereIn('deliveries.state', before)
    .where('deliveries.first_tried_at', '<=', upTo.toMillis())
    .orderBy('deliveries.id')
    .limit(500)
  for (const delivery of rows) await moveDelivery(delivery, status, at.toMillis(), cause)
  if (rows.length > 0) return { messageId: rows.at(-1)!.message_id, ticketId: rows.at(-1)!.ticket_id }
  await stopWhileSending(inbox.id)
  const last = await deliveriesOf(inbox.id).join('tickets', 'tickets.id', 'messages.ticket_id').where('tickets.customer_id', customerId).orderBy('deliveries.id', 'desc').first()
  return last ? { messageId: last.message_id, ticketId: last.ticket_id } : null
}

/** A receipt may overtake the answer of the call that sent the message: then its id is not known yet. */
async function stopWhileSending(inboxId: number) {
  const sending = await openTransaction().from('deliveries').where({ inbox_id: inboxId, state: 'sending' }).select('id').first()
  if (sending) throw new TooEarly('unmatched_receipt', 'A receipt came before its message was known to be sent')
}

/** Who it was for cannot be written to on this channel any more. */
export async function markRecipient(delivery: { message_id: number }, channel: string, reason: Reason | null) {
  const message = await openTransaction().from('messages').where('id', delivery.message_id).select('to').firstOrFail()
  const [to]: Mailbox[] = JSON.parse(message.to)
  if (to) await markUnreachable({ kind: kindOf(to.address), value: to.address }, channel, reason === null ? null : kept(channel, reason))
}

/** An echo or copy is proof that it left. */
export async function settleAsSent(delivery: DeliveryRow, externalId: string, cause: Cause) {
  await moveDelivery(delivery, 'sent', nowMs(), cause, externalId)
}

/** Moves a delivery forward, if that is forward; records it once. */
export async function moveDelivery(delivery: DeliveryRow, to: 'sent' | 'delivered' | 'read', at: number, cause: Cause, externalId?: string): Promise<boolean> {
  const trx = openTransaction()
  const stamps = { sent: { sent_at: at }, delivered: { delivered_at: at, sent_at: trx.raw('coalesce(sent_at, ?)', [at]) }, read: { read_at: at, sent_at: trx.raw('coalesce(sent_at, ?)', [at]) } }
  const moved = await trx
    .from('deliveries')
    .where('id', delivery.id)
    .whereIn('state', [...MAY_BECOME[to]])
    .update({ state: to, ...stamps[to], lease_until: null, error: null, error_code: null, updated_at: nowMs() })
  if (externalId && !delivery.external_id) {
    await trx.from('deliveries').where('id', delivery.id).whereNull('external_id').update({ external_id: externalId.slice(0, 998) })
    await trx.from('messages').where('id', delivery.message_id).whereNull('external_id').update({ external_id: externalId.slice(0, 998) })
  }
  if (Number(moved) !== 1) return false
  await tell(`message:${to}`, delivery, cause)
  return true
}

/**
 * Marks a delivery as failed, with the reason in words, and brings its ticket back to us: a customer
 * who never got the answer must not disappear with a finished ticket.
 */
export async function failDelivery(delivery: DeliveryRow, channel: string, reason: Reason, cause: Cause): Promise<boolean> {
  const trx = openTransaction()
  const code = typeof reason === 'object' ? reason.key.slice(0, 60) : 'refused'
  const failed = await trx
    .from('deliveries')
    .where('id', delivery.id)
    .whereIn('state', [...MAY_BECOME.failed])
    .update({ state: 'failed', failed_at: nowMs(), error: kept(channel, reason), error_code: code, lease_until: null, updated_at: nowMs() })
  if (Number(failed) !== 1) return false

  const ticket = await Ticket.findOrFail(delivery.ticket_id, { client: trx })
  await record('message:failed', { ticketId: ticket.id, messageId: delivery.message_id, reason: code }, { ...cause, by: null }, { ticket: ticket.facts })
  if (!ticket.mergedIntoId && ticket.status !== 'spam') await ticket.reopen({ by: null, because: `delivery:${delivery.id}`, via: cause.via })
  pokeTicket(ticket.id)
  return true
}

async function tell(name: 'message:sent' | 'message:delivered' | 'message:read', delivery: DeliveryRow, cause: Cause) {
  const ticket = await Ticket.findOrFail(delivery.ticket_id, { client: openTransaction() })
  await record(name, { ticketId: ticket.id, messageId: delivery.message_id }, { ...cause, by: null }, { ticket: ticket.facts })
  pokeTicket(ticket.id)
}

/** Pages that show the ticket look again; its version stays, for the ticket itself did not change. */
export function pokeTicket(ticketId: number) {
  afterCommit(() => poke([`ticket-${ticketId}`, 'list']))
}
