import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction, transaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'
import { settle } from './coverage.js'

/**
 * The substitute keeps the ticket for good: it becomes his, and the absent owner finds that on the
 * catch-up page (B3).
 *
 * @throws DomainError when the agent does not stand in on this ticket
 */
export async function keepCovered(ticket: Ticket, agentId: number, cause: Cause) {
  await transaction(async (trx) => {
    ticket.mustBeWhole()
    const coverage = await trx.from('coverages').where('ticket_id', ticket.id).whereNull('released_at').where('acting_id', agentId).select('id', 'owner_id').first()
    if (!coverage) throw new DomainError('absences.errors.not_covering', 409)
    await ticket.assignTo({ ownerId: agentId }, { ...cause, because: `coverage:${coverage.id}`, onBehalfOfId: coverage.owner_id })
    await settle(ticket, { reason: 'kept', cause })
  })
}

/** Whether somebody stands in for this agent on this ticket of his. */
export function isCovered(ticket: Ticket, ownerId: number) {
  return ticket.ownerId === ownerId && (ticket.actingId !== null || ticket.actingTeamId !== null)
}

/**
 * The absent owner works on this one himself: no running absence of his covers it any more (B11).
 *
 * @throws DomainError when the ticket is somebody else's
 */
export async function takeBack(ticket: Ticket, agentId: number, cause: Cause) {
  await transaction(async () => {
    if (ticket.ownerId !== agentId) throw new DomainError('absences.errors.not_yours', 409)
    const at = nowMs()
    const running = await openTransaction()
      .from('absences')
      .where('agent_id', agentId)
      .whereIn('state', ['planned', 'active'])
      .where('starts_at', '<=', at)
      .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
      .select('id')
    for (const { id } of running) {
      await openTransaction()
        .knexQuery()
        .table('coverage_exceptions')
        .insert({ ticket_id: ticket.id, absence_id: id, agent_id: agentId, created_at: at })
        .onConflict(['ticket_id', 'absence_id'])
        .ignore()
    }
    await settle(ticket, { cause })
  })
}

/** The absent owner leaves it with the substitute after all. */
export async function leaveCovered(ticket: Ticket, agentId: number, cause: Cause) {
  await transaction(async (trx) => {
    await trx.from('coverage_exceptions').where({ ticket_id: ticket.id, agent_id: agentId }).delete()
    await settle(ticket, { cause })
  })
}
