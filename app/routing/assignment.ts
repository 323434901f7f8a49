import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { transaction } from '#support/transaction'
import { TicketChanged } from '#tickets/ticket/base'
import type { Responsible } from '#tickets/ticket/assignable'
import type Ticket from '#tickets/ticket'

/*
 * The one way to become responsible: page, API, gateway, rule and plugin all ask here.
 */

/**
 * Makes an agent the owner, puts it with a team, or both; null takes away.
 *
 * @throws DomainError when the agent has left, may only read, or the team is unknown.
 */
export async function assign(ticket: Ticket, to: Responsible, cause: Cause) {
  await transaction(async (trx) => {
    if (to.ownerId) await mustBeAbleToOwn(to.ownerId)
    if (to.teamId && !(await trx.from('teams').where('id', to.teamId).select('id').first())) {
      throw new DomainError('tickets.errors.no_team', 422)
    }
    await ticket.assignTo(to, cause)
  })
}

/**
 * Takes an unowned ticket, if it is still free: of two agents who click at once, one gets it.
 *
 * @throws TicketTaken naming nobody; the page shows the new owner.
 */
export async function claim(ticket: Ticket, agentId: number, cause: Cause) {
  if (ticket.ownerId === agentId) return
  if (ticket.ownerId !== null) throw new TicketTaken(ticket.id)
  await mustBeAbleToOwn(agentId)
  try {
    await ticket.assignTo({ ownerId: agentId }, cause)
  } catch (error) {
    if (error instanceof TicketChanged) throw new TicketTaken(ticket.id)
    throw error
  }
}

export class TicketTaken extends DomainError {
  constructor(ticketId: number) {
    super('tickets.errors.taken', 409, { number: ticketId })
  }
}

async function mustBeAbleToOwn(agentId: number) {
  const agent = await transaction((trx) => trx.from('agents').where('id', agentId).select('role', 'deactivated_at').first())
  if (!agent || agent.deactivated_at !== null || agent.role === 'viewer') throw new DomainError('tickets.errors.no_agent', 422)
}
