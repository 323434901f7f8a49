import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import type { DateTime } from 'luxon'
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
 * Sends a failed, unknown, held or planned one now: a person has decided.
 *
 * @throws DomainError when there is nothing to send again
 */
export async function retryDelivery(message: Message, cause: Cause) {
  const again = { state: 'pending', due_at: nowMs(), planned_at: null, attempts: 0, first_tried_at: null, failed_at: null, error: null, error_code: null }
  await change(message, ['failed', 'unknown', 'held', 'cancelled', 'pending'], again, 'message:retried', cause, 'tickets.errors.not_again', (query) => query.where((open) => open.whereNot('state', 'pending').orWhereNotNull('planned_at')))
}

/**
 * Settles one of which nobody could tell: a person knows that it arrived. It is not sent again.
 *
 * @throws DomainError when it is not unknown (any more)
 */
export async function confirmDelivery(message: Message, cause: Cause) {
  await change(message, ['unknown'], { state: 'sent', sent_at: nowMs(), error: null, error_code: null }, 'message:confirmed', cause, 'tickets.errors.not_unknown')
}

/**
 * Plans a reply that has not left for another moment: one that is planned, held, or still in its undo
 * window. What the customer has written so far no longer holds it; what they write from now on does.
 *
 * @throws DomainError when it has left or was tried, or when the moment has passed
 */
export async function planDelivery(message: Message, at: DateTime, cause: Cause) {
  if (at.toMillis() <= nowMs()) throw new DomainError('tickets.errors.send_past', 422)
  const planned = { state: 'pending', due_at: at.toMillis(), planned_at: at.toMillis() }
  await change(message, ['pending', 'held'], planned, 'message:planned', cause, 'tickets.errors.left_already', (query) => query.where('attempts', 0))
}

type Rows = DatabaseQueryBuilderContract<any>

async function change(message: Message, from: string[], to: Record<string, unknown>, event: 'message:cancelled' | 'message:retried' | 'message:confirmed' | 'message:planned', cause: Cause, refusal: string, only: (query: Rows) => Rows = (query) => query) {
  await transaction(async (trx) => {
    const changed = await only(trx.from('deliveries').where('message_id', message.id).whereIn('state', from)).update({ ...to, lease_until: null, updated_at: nowMs() })
    if (Number(changed) !== 1) throw new DomainError(refusal, 409)
    const ticket = await Ticket.findOrFail(message.ticketId, { client: trx })
    await ticket.keep()
    await ticket.tell(event, { messageId: message.id }, cause)
    leaves('deliveries')
  })
}
