import { normaliseAddress } from '#customers/identity'
import { ownReference } from '#channels/outbound/reference'
import { findDelivery, settleAsSent } from '#channels/outbound/receipts'
import type { InboundDraft, Stop } from '../draft.js'

/**
 * A message of ours that comes back: as an echo, as the copy in the Sent folder, or by a round-about
 * way to the same inbox. It proves that the message left; it is no new message. One of ours that
 * another inbox gets is mail from a colleague, and goes on.
 */
export async function dropOwnEcho(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'message') return
  const { message, inbox, flags } = draft
  const own = ownReference(message.externalId)
  flags.forged = own === 'forged'
  flags.fromOurselves = !message.outgoing && inbox.ours.has(normaliseAddress(message.from.kind, message.from.value))
  // Nobody else can bear an id of ours: for all other mail the question costs a query.
  if (!own && !message.outgoing && !flags.fromOurselves) return

  const delivery = await findDelivery(inbox.id, message.externalId)
  if (!delivery) return
  await settleAsSent(delivery, message.externalId, draft.cause)
  draft.messageId = delivery.message_id
  draft.ticketId = delivery.ticket_id
  return { outcome: 'ignored', reason: 'own_echo' }
}
