import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import type { RecordedEvent } from '#support/listeners'
import { transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

/**
 * Tells a customer who writes to an absent agent that he is away, if he wanted that: once in an
 * absence, and never to a machine (B10).
 */
export async function tellAway({ payload }: RecordedEvent<'message:received'>) {
  await transaction(async (trx) => {
    const message = await trx.from('messages').where('id', payload.messageId).select('kind', 'author_kind', 'automatic', 'from_address').first()
    if (!message || message.kind !== 'inbound' || message.author_kind !== 'customer' || Number(message.automatic) === 1) return
    const ticket = await Ticket.find(payload.ticketId, { client: trx })
    if (!ticket?.ownerId || ticket.mergedIntoId || ticket.status === 'spam') return

    const at = nowMs()
    const absence = await trx
      .from('absences')
      .where({ agent_id: ticket.ownerId, state: 'active' })
      .whereNotNull('auto_reply')
      .where('starts_at', '<=', at)
      .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
      .orderBy('id')
      .select('id', 'auto_reply')
      .first()
    if (!absence) return
    const first = await trx.knexQuery().table('absence_replies').insert({ absence_id: absence.id, customer_id: ticket.customerId, created_at: at }).onConflict(['absence_id', 'customer_id']).ignore().returning('absence_id')
    if (first.length === 0) return
    try {
      await ticket.reply({ text: absence.auto_reply, automatic: true, to: message.from_address ? [{ address: message.from_address }] : undefined }, { by: null, because: `absence:${absence.id}` })
    } catch (error) {
      // Nobody to write to in this channel: then nobody is told.
      if (!(error instanceof DomainError)) throw error
    }
  })
}
