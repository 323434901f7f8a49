import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { transaction } from '#support/transaction'
import { giveTurn, howGiven } from './distribution/turns.js'
import { TicketChanged } from '#tickets/ticket/base'
import type { Responsible } from '#tickets/ticket/assignable'
import type Ticket from '#tickets/ticket'
import { claimCover, isAway, settle, whoWouldCover } from './coverage/coverage.js'
import { takeBack } from './coverage/keeping.js'

/*
 * The one way to become responsible: page, API, gateway, rule and plugin all ask here.
 */

/** What became of an assignment. */
export interface Assigned {
  /** The agent it was meant for, when he is away and a substitute owns it instead. */
  readonly intendedForId: number | null
}

export interface AssignOptions {
  /** Somebody knows that the agent is away and means him all the same: he owns it, his substitute acts. */
  readonly thoughAway?: boolean
  /** Agents whom the team's own distribution passes over. */
  readonly except?: Iterable<number>
  /** What loses its owner is given out again by the team it is in, as if it had just come there. */
  readonly inTurn?: boolean
  /** It was opened in this transaction: nobody can stand in on it yet. */
  readonly opened?: boolean
}

/**
 * Makes an agent the owner, puts it with a team, or both; null takes away. One who is away gets
 * nothing new: the substitute owns it from the start, unless the absence says otherwise (B1). What comes to a
 * team without an owner is given to one of its members at once, if the team gives out by itself; what
 * somebody puts back by hand waits for a hand.
 *
 * @throws DomainError when the agent has left, may only read, or the team is unknown.
 */
export async function assign(ticket: Ticket, to: Responsible, cause: Cause, { thoughAway = false, except = [], inTurn = false, opened = false }: AssignOptions = {}): Promise<Assigned> {
  return transaction(async () => {
    if (to.ownerId) await mustBeAbleToOwn(to.ownerId)
    if (to.teamId && !(await howGiven(to.teamId))) throw new DomainError('tickets.errors.no_team', 422)
    // Whoever takes one in his absence works on it himself.
    const himself = Boolean(to.ownerId) && cause.by?.kind === 'agent' && cause.by.id === to.ownerId && to.ownerId !== ticket.ownerId && (await isAway(to.ownerId!))
    const redirected = himself || thoughAway || !to.ownerId || to.ownerId === ticket.ownerId ? null : await aroundAbsent(ticket, to.ownerId, cause)
    const wanted: Responsible = { ...to, ...redirected?.to }
    const arrives = (Boolean(wanted.teamId) && wanted.teamId !== ticket.teamId) || (inTurn && ticket.teamId !== null)
    const owned = wanted.ownerId === undefined ? ticket.ownerId !== null : wanted.ownerId !== null
    if (owned || arrives || wanted.ownerId === null) ticket.waitsTurn = arrives && !owned ? 1 : 0
    await ticket.assignTo(wanted, redirected?.cause ?? cause, redirected?.intendedForId)
    if (arrives && !owned) await giveTurn(ticket, cause, { except })
    if (himself) await takeBack(ticket, to.ownerId!, cause)
    else if (!opened || ticket.ownerId !== null) await settle(ticket)
    return { intendedForId: redirected?.intendedForId ?? null }
  })
}

/** A ticket was opened in its team, in this transaction: it says so, and the team gives it to one of its members if it does that by itself. */
export async function openedInTeam(ticket: Ticket, cause: Cause) {
  await ticket.tell('ticket:assigned', { ownerId: ticket.ownerId, teamId: ticket.teamId }, cause)
  const turn = await giveTurn(ticket, cause)
  if (turn.result === 'given') await settle(ticket)
}

/** As it was, or as with another ticket: to the very people named, whoever is away meanwhile; their substitutes act. */
export function assignAsBefore(ticket: Ticket, to: Responsible, cause: Cause): Promise<Assigned> {
  return assign(ticket, to, cause, { thoughAway: true })
}

/** Where a ticket goes that was meant for somebody who is away; null: to him after all. */
async function aroundAbsent(ticket: Ticket, agentId: number, cause: Cause) {
  if (!(await isAway(agentId))) return null
  const verdict = await whoWouldCover(ticket, agentId)
  if (verdict.because !== 'covered' || verdict.rule!.newTickets === 'return_to_absent') return null
  const to: Responsible = verdict.agentId !== null ? { ownerId: verdict.agentId } : { ownerId: null, teamId: verdict.teamId }
  return { to, intendedForId: agentId, cause: { ...cause, because: cause.because ?? `absence:${verdict.absenceId}` } }
}

/**
 * Takes an unowned ticket, if it is still free: of two agents who click at once, one gets it. One
 * that a team has for its absent owner is taken for the time being: the owner stays.
 *
 * @throws TicketTaken naming nobody; the page shows the new owner.
 */
export async function claim(ticket: Ticket, agentId: number, cause: Cause) {
  if (ticket.actingTeamId !== null) {
    await mustBeAbleToOwn(agentId)
    if (ticket.ownerId === agentId) return takeBack(ticket, agentId, cause)
    if (await claimCover(ticket, agentId)) return
    throw new TicketTaken(ticket.id)
  }
  if (ticket.ownerId === agentId) return
  if (ticket.ownerId !== null) throw new TicketTaken(ticket.id)
  try {
    await assign(ticket, { ownerId: agentId }, cause)
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
  if (!(await mayOwn(agentId))) throw new DomainError('tickets.errors.no_agent', 422)
}

/** Whether an agent is here and works on tickets at all. */
export async function mayOwn(agentId: number): Promise<boolean> {
  const agent = await transaction((trx) => trx.from('agents').where('id', agentId).select('role', 'deactivated_at').first())
  return Boolean(agent) && agent.deactivated_at === null && agent.role !== 'viewer'
}
