import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { joinedTransaction, onceInTransaction, openTransaction, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import { candidatesFor, roomOf, type TeamRow } from './candidates.js'
import { hasRoom, inOrder, type Matching, type Method } from './choice.js'

/** `given`: somebody has it now. `nobody`: it waits in its team. `by hand`: the team gives nothing out by itself. */
export type Turn = { readonly result: 'given'; readonly agentId: number } | { readonly result: 'nobody' | 'by hand' }

/** How a team gives out its tickets, as it was when the open transaction first asked; null: there is no such team. */
export async function howGiven(teamId: number): Promise<'in turn' | 'by hand' | null> {
  const team = await onceInTransaction(`how team ${teamId} gives`, () => openTransaction().from('teams').where('id', teamId).select('distribution', 'sticky').first())
  return team ? (team.distribution === 'manual' && !Number(team.sticky) ? 'by hand' : 'in turn') : null
}

/**
 * Gives a ticket without an owner to a member of its team, in the open transaction.
 *
 * Raising the team's turn is the first write: until this commits, no other process gives anything of the
 * same team, so what is counted stays true. The agent's own row is written next, on condition that they
 * are still there; with that, two teams cannot push one agent over a limit either. No lock but rows.
 *
 * @param options.except - agents who are passed over: who has just given it away, who has had their share.
 */
export async function giveTurn(ticket: Ticket, cause: Cause, options: { except?: Iterable<number> } = {}): Promise<Turn> {
  if (ticket.ownerId !== null || ticket.teamId === null || ticket.isFinished) return { result: 'by hand' }
  const trx = openTransaction()
  if ((await howGiven(ticket.teamId)) === 'by hand') return { result: 'by hand' }
  const raised = await trx
    .from('teams')
    .where('id', ticket.teamId)
    .where((team) => team.whereNot('distribution', 'manual').orWhere('sticky', 1))
    .update({ turn: trx.raw('turn + 1') })
  if (Number(raised) !== 1) return { result: 'by hand' }

  const team: TeamRow = await trx.from('teams').where('id', ticket.teamId).firstOrFail()
  const candidates = await candidatesFor(ticket, team, new Set(options.except))
  if (candidates.length === 0) return { result: 'nobody' }
  const wanted = { method: team.distribution as Method, matching: team.matching as Matching, ...(await whatItNeeds(ticket, team)) }

  for (const { id } of inOrder(candidates, wanted)) {
    const there = await trx.from('agents').where('id', id).whereNull('deactivated_at').where('availability', 'available').update({ turn_at: nowMs() })
    if (Number(there) !== 1 || !hasRoom(await roomOf(id, ticket.channel, team))) continue
    ticket.waitsTurn = 0
    await ticket.assignTo({ ownerId: id }, { ...cause, by: null, because: `${id === wanted.lastAgentId ? 'sticky' : 'turn'}:${team.id}` })
    await trx.from('team_members').where({ team_id: team.id, agent_id: id }).update({ last_turn: team.turn })
    return { result: 'given', agentId: id }
  }
  return { result: 'nobody' }
}

async function whatItNeeds(ticket: Ticket, team: TeamRow) {
  const trx = openTransaction()
  const tags = await trx.from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').where('ticket_id', ticket.id).select('tags.folded')
  const customer = await trx.from('customers').where('id', ticket.customerId).select('language').first()
  const topics = [ticket.category, ...tags.map(({ folded }) => folded as string)]
  const expert = await trx
    .from('agent_skills')
    .join('team_members', 'team_members.agent_id', 'agent_skills.agent_id')
    .where('team_members.team_id', team.id)
    .where('kind', 'topic')
    .whereIn('value', topics)
    .select('value')
    .first()
  return { language: ticket.language ?? customer?.language ?? null, topics, hasExperts: Boolean(expert), lastAgentId: team.sticky ? await lastAgentOf(ticket) : null }
}

/** Who owned the customer's matter before this one. */
async function lastAgentOf(ticket: Ticket): Promise<number | null> {
  const row = await openTransaction()
    .from('tickets')
    .where('customer_id', ticket.customerId)
    .whereNot('id', ticket.id)
    .whereNotNull('owner_id')
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .select('owner_id')
    .first()
  return row?.owner_id ?? null
}

const AT_ONCE = 200

/**
 * Gives out what waits in a team: somebody has come, finished something, or may take more now. Each ticket in
 * a transaction of its own, taken by a conditional update; two processes that do this at once share the work.
 *
 * @returns how many found an owner
 */
export async function giveWaiting(teamId: number): Promise<number> {
  if (joinedTransaction()) throw new Error('What waits is given out a transaction at a time')
  const { rows, mostAtOnce } = await transaction(async (trx) => ({
    rows: await trx.from('tickets').where({ team_id: teamId, waits_turn: 1 }).whereNull('owner_id').whereIn('stage', ['waiting', 'aside']).orderBy('id').limit(AT_ONCE).select('id'),
    mostAtOnce: (await trx.from('teams').where('id', teamId).select('most_at_once').first())?.most_at_once ?? null,
  }))

  const got = new Map<number, number>()
  let given = 0
  for (const { id } of rows) {
    const full = mostAtOnce === null ? [] : [...got].filter(([, count]) => count >= mostAtOnce).map(([agentId]) => agentId)
    const turn = await transaction(async (trx) => {
      const taken = await trx.from('tickets').where({ id, team_id: teamId, waits_turn: 1 }).whereNull('owner_id').update({ waits_turn: 1 })
      if (Number(taken) !== 1) return null
      return giveTurn(await Ticket.findOrFail(id, { client: trx }), { by: null }, { except: full })
    })
    if (turn?.result === 'by hand') break
    if (turn?.result !== 'given') continue
    given++
    got.set(turn.agentId, (got.get(turn.agentId) ?? 0) + 1)
  }
  return given
}
