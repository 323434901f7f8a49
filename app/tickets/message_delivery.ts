import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { leaves, transaction } from '#support/transaction'
import type Message from '#tickets/message'
import Ticket from '#tickets/ticket'

/**
 * Takes a reply back while it has not been handed to its channel.
 *
 * @throws DomainError when it has left, or is leaving
 */
export async function cancelDelivery(message: Message, cause: Cause) {
  await change(message, ['pending', 'held'], { state: 'cancelled' }, 'message:cancelled', cause, 'tickets.errors.left_already')
}

/**
 * Sends a failed, unknown or held one (again): a person has decided.
 *
 * @throws DomainError when there is nothing to send again
 */
export async function retryDelivery(message: Message, cause: Cause) {
  const again = { state: 'pending', due_at: nowMs(), attempts: 0, first_tried_at: null, failed_at: null, error: null, error_code: null }
  await change(message, ['failed', 'unknown', 'held', 'cancelled'], again, 'message:retried', cause, 'tickets.errors.not_again')
}

/**
 * Settles one of which nobody could tell: a person knows that it arrived. It is not sent again.
 *
 * @throws DomainError when it is not unknown (any more)
 */
export async function confirmDelivery(message: Message, cause: Cause) {
  await change(message, ['unknown'], { state: 'sent', sent_at: nowMs(), error: null, error_code: null }, 'message:confirmed', cause, 'tickets.errors.not_unknown')
}

async function change(message: Message, from: string[], to: Record<string, unknown>, event: 'message:cancelled' | 'message:retried' | 'message:confirmed', cause: Cause, refusal: string) {
  await transaction(async (trx) => {
    const changed = await trx.from('deliveries').where('message_id', message.id).whereIn('state', from).update({ ...to, lease_until: null, updated_at: nowMs() })
    if (Number(changed) !== 1) throw new DomainError(refusal, 409)
    const ticket = await Ticket.findOrFail(message.ticketId, { client: trx })
    await ticket.keep()
    await ticket.tell(event, { messageId: message.id }, cause)
    leaves('deliveries')
  })
}
