import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { openTransaction, reading, transaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'
import { coverable, readStanding, tagsOf, type TicketPlace } from './coverable.js'
import { resolve, type Verdict } from './resolver.js'
import { settleTickets, type ReleaseReason } from './settling.js'
import { World } from './world.js'

/*
 * What others ask of coverage. Everything that has to know who works on a ticket, or may be given
 * one, asks here (M047).
 */

export interface Working {
  /** Who works on it now: the substitute, else the owner; null: the team, or nobody yet. */
  readonly agentId: number | null
  readonly teamId: number | null
  /** How that came about; `because` tells apart owner, substitute, team. */
  readonly verdict: Verdict
}

/** Who works on this ticket now. The stored overlay says the same, but for the moment before a boundary is passed. */
export async function whoWorksOn(ticketId: number): Promise<Working> {
  const world = await World.read()
  const [ticket] = await readStanding([ticketId], world)
  if (!ticket) throw new Error(`No ticket ${ticketId}`)
  if (ticket.isFinished) return { agentId: ticket.ownerId, teamId: ticket.ownerId === null ? ticket.teamId : null, verdict: nobodyActs }
  const verdict = resolve(ticket, world, ticket.engaged)
  if (verdict.agentId !== null || verdict.teamId !== null) return { agentId: verdict.agentId, teamId: verdict.agentId === null ? verdict.teamId : null, verdict }
  return { agentId: ticket.ownerId, teamId: ticket.ownerId === null ? ticket.teamId : null, verdict }
}

const nobodyActs: Verdict = { agentId: null, teamId: null, because: 'present', path: [], absenceId: null, rule: null }

/** Who would act on this ticket if that agent owned it: asked before it is given to him. */
export async function whoWouldCover(ticket: TicketPlace, ownerId: number): Promise<Verdict> {
  const world = await World.read()
  const tags = ticket.id ? (await tagsOf([ticket.id])).get(ticket.id) : []
  return resolve(coverable({ ...ticket, id: null, ownerId }, world, tags), world)
}

/** The same of many tickets, at one moment (ms), by ticket. */
export async function whoWouldCoverAll(tickets: readonly (TicketPlace & { readonly id: number })[], at: number): Promise<ReadonlyMap<number, Verdict>> {
  const world = await World.read(at)
  const tags = await tagsOf(tickets.map(({ id }) => id))
  return new Map(tickets.map((ticket) => [ticket.id, resolve(coverable(ticket, world, tags.get(ticket.id)), world)]))
}

/** Agents who are away at this moment: no distribution gives them anything. */
export async function awayAgentIds(at = nowMs()): Promise<Set<number>> {
  const rows = await reading()
    .from('absences')
    .whereIn('state', ['planned', 'active'])
    .where('starts_at', '<=', at)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
    .select('agent_id')
  return new Set(rows.map((row) => row.agent_id as number))
}

export async function isAway(agentId: number, at = nowMs()): Promise<boolean> {
  return (await awayAgentIds(at)).has(agentId)
}

/**
 * Makes the overlay of one ticket right, in the transaction of whatever changed it: its owner, its
 * inbox, its tags, its return. The given object carries the outcome.
 */
export async function settle(ticket: Ticket, options: { afresh?: boolean; reason?: ReleaseReason; cause?: Cause } = {}): Promise<void> {
  if (ticket.ownerId === null && ticket.coverageId === null && !(await hasOpen(ticket.id))) return
  await transaction(async (trx) => {
    await settleTickets([ticket.id], options)
    const row = await trx.from('tickets').where('id', ticket.id).select('acting_id', 'acting_team_id', 'coverage_id').firstOrFail()
    ticket.standsIn({ actingId: row.acting_id, actingTeamId: row.acting_team_id, coverageId: row.coverage_id })
  })
}

async function hasOpen(ticketId: number): Promise<boolean> {
  return Boolean(await reading().from('coverages').where('ticket_id', ticketId).whereNull('released_at').select('id').first())
}

/**
 * A member takes a ticket that a covering team has: from then on the member acts.
 *
 * @returns false: it was not a team's to take, or a colleague was quicker
 */
export async function claimCover(ticket: Ticket, agentId: number): Promise<boolean> {
  return transaction(async () => {
    const taken = await openTransaction()
      .from('coverages')
      .where('ticket_id', ticket.id)
      .whereNull('released_at')
      .whereNotNull('acting_team_id')
      .whereNull('acting_id')
      .update({ acting_id: agentId })
    if (Number(taken) !== 1) return false
    await settle(ticket)
    await ticket.tell('ticket:assigned', { ownerId: ticket.ownerId, teamId: ticket.teamId }, coverCause(ticket, agentId))
    return ticket.actingId === agentId
  })
}

function coverCause(ticket: Ticket, agentId: number): Cause {
  return { by: { kind: 'agent', id: agentId }, because: `coverage:${ticket.coverageId}` }
}
