import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { transaction } from '#support/transaction'
import { giveTurn } from './distribution/turns.js'
import { TicketChanged } from '#tickets/ticket/base'
import type { Responsible } from '#tickets/ticket/assignable'
import type Ticket from '#tickets/ticket'

/*
 * The one way to become responsible: page, API, gateway, rule and plugin all ask here.
 */

/**
 * Makes an agent the owner, puts it with a team, or both; null takes away. What comes to a team without an
 * owner is given to one of its members at once, if the team gives out by itself; what somebody puts back
 * by hand waits for a hand.
 *
 * @param options.except - agents whom the team's own distribution passes over.
 * @throws DomainError when the agent has left, may only read, or the team is unknown.
 */
export async function assign(ticket: Ticket, to: Responsible, cause: Cause, options: { except?: Iterable<number> } = {}) {
  await transaction(async (trx) => {
    if (to.ownerId) await mustBeAbleToOwn(to.ownerId)
    if (to.teamId && !(await trx.from('teams').where('id', to.teamId).select('id').first())) {
      throw new DomainError('tickets.errors.no_team', 422)
    }
    const arrives = Boolean(to.teamId) && to.teamId !== ticket.teamId
    const owned = to.ownerId === undefined ? ticket.ownerId !== null : to.ownerId !== null
    if (owned || arrives || to.ownerId === null) ticket.waitsTurn = arrives && !owned ? 1 : 0
    await ticket.assignTo(to, cause)
    if (arrives && !owned) await giveTurn(ticket, cause, options)
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
  ticket.waitsTurn = 0
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
