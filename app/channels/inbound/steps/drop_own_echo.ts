import { openTransaction } from '#support/transaction'
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
  const { message } = draft
  const own = ownReference(message.externalId)
  if (own === 'forged') draft.flags.forged = true

  const delivery = await findDelivery(draft.inbox.id, message.externalId)
  if (delivery) {
    await settleAsSent(delivery, message.externalId, draft.cause)
    draft.messageId = delivery.message_id
    draft.ticketId = delivery.ticket_id
    return { outcome: 'ignored', reason: 'own_echo' }
  }
  draft.flags.fromOurselves = !message.outgoing && (await isOurAddress(message.from.kind, message.from.value))
}

async function isOurAddress(kind: 'email' | 'phone' | 'handle', value: string): Promise<boolean> {
  if (kind !== 'email' || !value) return false
  const row = await openTransaction().from('inboxes').where('address', normaliseAddress('email', value)).whereNull('deleted_at').select('id').first()
  return Boolean(row)
}
