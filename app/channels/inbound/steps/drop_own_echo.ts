import { splitText } from '#plugin'
import { ownReference } from '#channels/outbound/reference'
import { findDelivery, rememberParts, settleAsSent, type DeliveryRow } from '#channels/outbound/receipts'
import { findCustomer, normaliseAddress } from '#customers/identity'
import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import { TooEarly } from '../too_early.js'
import type { InboundDraft, Stop } from '../draft.js'

/**
 * A message of ours that comes back: as an echo, as the copy in the Sent folder, or by a round-about
 * way to the same inbox. It proves that the message left; it is no new message. One of ours that
 * another inbox gets is mail from a colleague, and goes on.
 */
export async function dropOwnEcho(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'message') return
  const { message, inbox, flags } = draft
  const own = ownReference(message.externalId, inbox.ours)
  flags.forged = own === 'forged'
  flags.fromOurselves = !message.outgoing && inbox.ours.has(normaliseAddress(message.from.kind, message.from.value))
  // Nobody else can bear an id of ours: for all other mail the question costs a query.
  if (!own && !message.outgoing && !flags.fromOurselves) return

  const delivery = (await findDelivery(inbox.id, message.externalId, message.reference)) ?? (message.outgoing ? await byWords(draft) : null)
  if (!delivery) return
  // One part of several proves only itself; the last one bears the bare mark.
  if (delivery.partly) await rememberParts(delivery, [message.externalId])
  else await settleAsSent(delivery, message.externalId, draft.cause)
  draft.messageId = delivery.message_id
  draft.ticketId = delivery.ticket_id
  return { outcome: 'ignored', reason: 'own_echo' }
}

/** An echo without our mark is compared for so long with what we are not sure of; ms. */
const UNSURE_FOR_MS = 15 * 60_000
/** Tries for which an echo waits for the answer of a call that is still under way. */
const PATIENCE = 3

/**
 * A channel that gives no mark back: an echo with the words of a message to the same person, of which we do not know
 * whether it left, is that message. While one is still being sent the echo waits, for its id is not known yet.
 *
 * @throws TooEarly while a message to this person is being sent
 */
async function byWords({ message, inbox, item }: InboundDraft): Promise<DeliveryRow | null> {
  const to = message.to?.[0]
  const customerId = to ? await findCustomer(to.kind, to.value) : null
  if (customerId === null || message.reference) return null
  const rows: (DeliveryRow & { text: string })[] = await openTransaction()
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .where('deliveries.inbox_id', inbox.id)
    .where('tickets.customer_id', customerId)
    .whereIn('deliveries.state', ['sending', 'unknown'])
    .whereNull('deliveries.external_id')
    .where('deliveries.first_tried_at', '>', nowMs() - UNSURE_FOR_MS)
    .orderBy('deliveries.id')
    .limit(20)
    .select('deliveries.id', 'deliveries.message_id', 'messages.ticket_id', 'deliveries.inbox_id', 'deliveries.state', 'deliveries.external_id', 'messages.text')
  if (rows.some(({ state }) => state === 'sending') && item.attempts < PATIENCE) throw new TooEarly('own_echo', 'An echo came while its message was still being sent')
  for (const row of rows.filter(({ state }) => state === 'unknown')) {
    const parts = inbox.terms.text ? splitText(row.text, inbox.terms.text) : [row.text.trim()]
    const at = parts.lastIndexOf(message.text.trim())
    if (at >= 0) return { ...row, partly: at < parts.length - 1 }
  }
  return null
}
