import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { defineJob, enqueue } from '#support/jobs'
import type { RecordedEvent } from '#support/listeners'
import { openTransaction, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

/**
 * Of messages that have come: those to somebody who is away and wants that told become jobs. Nearly always nobody is,
 * and then a whole batch costs one question.
 */
export async function findAway(events: readonly RecordedEvent<'message:received'>[]) {
  const news = events.filter(({ via }) => via !== 'import')
  if (news.length === 0) return
  const away = await openTransaction().from('absences').where('state', 'active').whereNotNull('auto_reply').distinct('agent_id')
  if (away.length === 0) return
  const theirs = await openTransaction()
    .from('tickets')
    .whereIn('id', [...new Set(news.map(({ payload }) => payload.ticketId))])
    .whereIn('owner_id', away.map((row) => row.agent_id))
    .select('id')
  const tickets = new Set(theirs.map(({ id }) => id))
  for (const { payload } of news.filter((event) => tickets.has(event.payload.ticketId))) await enqueue('routing:tell_away', { ...payload }, { once: `away-${payload.messageId}` })
}

defineJob('routing:tell_away', ({ ticketId, messageId }) => tellAway({ ticketId: Number(ticketId), messageId: Number(messageId) }))

/**
 * Tells a customer who writes to an absent agent that he is away, if he wanted that: once in an
 * absence, and never to a machine (B10).
 */
async function tellAway(payload: { readonly ticketId: number; readonly messageId: number }) {
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
