import type { IncomingReceipt, Reason } from '#plugin'
import type { Cause } from '#support/actor'
import { core, kept } from '#channels/health'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import { idForms, ownReference } from './reference.js'

/** A delivery with what is needed to tell of it. */
export interface DeliveryRow {
  readonly id: number
  readonly message_id: number
  readonly ticket_id: number
  readonly inbox_id: number
  readonly state: string
  readonly external_id: string | null
}

/** Receipts only move forward. A failure may replace what was sent, never what was delivered. */
const MAY_BECOME: Readonly<Record<'sent' | 'delivered' | 'read' | 'failed', readonly string[]>> = {
  sent: ['pending', 'held', 'sending', 'unknown'],
  delivered: ['pending', 'held', 'sending', 'unknown', 'sent'],
  read: ['pending', 'held', 'sending', 'unknown', 'sent', 'delivered'],
  failed: ['pending', 'held', 'sending', 'unknown', 'sent'],
}

/** The delivery of this inbox that an id names: by our own signed mark, else by the channel's id. */
export async function findDelivery(inboxId: number, externalId: string): Promise<DeliveryRow | null> {
  const own = ownReference(externalId)
  if (own === 'forged') return null
  const query = openTransaction()
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where('deliveries.inbox_id', inboxId)
    .select('deliveries.id', 'deliveries.message_id', 'messages.ticket_id', 'deliveries.inbox_id', 'deliveries.state', 'deliveries.external_id')
  if (own) return query.where('deliveries.message_id', own.messageId).first()
  return query.whereIn('deliveries.external_id', idForms(externalId)).first()
}

/** A receipt may overtake the answer of the call that sent the message: then its id is not known yet. */
export class ReceiptTooEarly extends Error {}

/**
 * Brings a delivery up to date.
 *
 * @returns the message it is about; null when nobody knows it
 * @throws ReceiptTooEarly while something of this inbox is still being sent
 */
export async function applyReceipt(inbox: { id: number; channel: string }, receipt: IncomingReceipt, cause: Cause) {
  const delivery = await findDelivery(inbox.id, receipt.externalId)
  if (!delivery) {
    const sending = await openTransaction().from('deliveries').where({ inbox_id: inbox.id, state: 'sending' }).select('id').first()
    if (sending) throw new ReceiptTooEarly('A receipt came before its message was known to be sent')
    return null
  }
  const at = receipt.at.toMillis()
  if (receipt.status === 'failed') await failDelivery(delivery, inbox.channel, receipt.reason ?? core('bounced', { word: 'failed' }), cause)
  else await moveDelivery(delivery, receipt.status, at, cause, receipt.externalId)
  return { messageId: delivery.message_id, ticketId: delivery.ticket_id }
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
