import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { recordAll, type EventName, type TicketFacts } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import { setActing } from '#tickets/acting'
import { readStanding, type StandingTicket } from './coverable.js'
import { busyOn, liveOn, LONGEST_HOLD_MS, type AtWork } from './holds.js'
import { isFit, resolve, type Verdict } from './resolver.js'
import { World } from './world.js'

/** Why an overlay ended. */
export type ReleaseReason = 'returned' | 'kept' | 'handed_over' | 'closed' | 'rule_changed' | 'cover_unavailable' | 'cancelled' | 'offboarded' | 'taken_back'

/** What a settling did, for the digests of who stands in. */
export interface Switch {
  readonly ownerId: number
  readonly absenceId: number | null
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly what: 'engaged' | 'released'
}

interface Change {
  readonly ticket: StandingTicket
  readonly verdict: Verdict
}

/**
 * Makes the overlay of each of these tickets what the resolver says, in the open transaction.
 * Running it twice changes nothing. It writes acting and coverages alone.
 *
 * @param options.reason - why an overlay ends, where that is not to be seen from the world
 * @param options.cause - who asked for it; the system unless given
 */
export async function settleTickets(ids: readonly number[], options: { afresh?: boolean; reason?: ReleaseReason; cause?: Cause } = {}): Promise<Switch[]> {
  const world = await World.read()
  const tickets = await readStanding(ids, world)
  const wanted: Change[] = []
  for (const ticket of tickets) {
    const verdict = verdictOn(ticket, world, options)
    wanted.push({ ticket, verdict })
    // So that a cap holds within one batch.
    if (verdict.agentId !== (ticket.engaged?.actingId ?? null)) world.count(verdict.agentId, 1)
  }
  const changes = (await withoutHeld(wanted, world)).filter(({ ticket, verdict }) => differs(ticket, verdict))
  return changes.length === 0 ? [] : write(changes, world, options)
}

function verdictOn(ticket: StandingTicket, world: World, options: { afresh?: boolean }): Verdict {
  if (ticket.isFinished) return { agentId: null, teamId: null, because: 'present', path: [], absenceId: null, rule: null }
  return resolve(ticket, world, ticket.engaged, options)
}

/** What an agent has under the hand is finished first, in bounds: a live talk of the owner, anything of a substitute. */
async function withoutHeld(changes: readonly Change[], world: World): Promise<Change[]> {
  const now = nowMs()
  const begins = (ticket: StandingTicket) => Math.min(...world.absencesOf(ticket.ownerId!).map(({ startsAt }) => startsAt))
  const starting = changes.filter(({ ticket, verdict }) => !ticket.engaged && verdict.because === 'covered' && now - begins(ticket) < LONGEST_HOLD_MS)
  const ending = changes.filter(({ ticket, verdict }) => isReturn(ticket, verdict) && ticket.engaged!.actingId !== null && now - (ticket.engaged!.endsAt ?? 0) < LONGEST_HOLD_MS)
  const talking = await liveOn(starting.map(({ ticket }): AtWork => ({ ticketId: ticket.id, agentId: ticket.ownerId! })))
  const busy = await busyOn(ending.map(({ ticket }): AtWork => ({ ticketId: ticket.id, agentId: ticket.engaged!.actingId! })))
  const held = new Set([...starting.filter(({ ticket }) => talking.has(ticket.id)), ...ending.filter(({ ticket }) => busy.has(ticket.id))])
  return changes.filter((change) => !held.has(change))
}

function isReturn(ticket: StandingTicket, verdict: Verdict) {
  return ticket.engaged !== null && !ticket.isFinished && verdict.because === 'present' && ticket.engaged.ownerId === ticket.ownerId && !ticket.engaged.cancelled
}

/** Who acts, under the verdict: a member who took it acts alone on the ticket, and for the team in its coverage. */
function actingOf({ agentId, teamId }: Verdict) {
  return { actingId: agentId, actingTeamId: agentId === null ? teamId : null }
}

function differs(ticket: StandingTicket, verdict: Verdict): boolean {
  const { engaged } = ticket
  const acting = actingOf(verdict)
  if (ticket.actingId !== acting.actingId || ticket.actingTeamId !== acting.actingTeamId) return true
  const covered = verdict.agentId !== null || verdict.teamId !== null
  if (!engaged) return covered || ticket.coverageId !== null
  if (!covered || engaged.ownerId !== ticket.ownerId || ticket.coverageId !== engaged.id) return true
  return engaged.absenceId !== verdict.absenceId || engaged.ruleId !== (verdict.rule?.id ?? null) || engaged.path !== JSON.stringify(verdict.path)
}

async function write(changes: readonly Change[], world: World, { reason, cause }: { reason?: ReleaseReason; cause?: Cause }): Promise<Switch[]> {
  const trx = openTransaction()
  const at = nowMs()
  const switches: Switch[] = []
  const released: Told<'coverage:released'>[] = []
  const engagedNow: Told<'coverage:engaged'>[] = []

  for (const { ticket, verdict } of changes) {
    const { engaged } = ticket
    const covered = verdict.agentId !== null || verdict.teamId !== null
    const acting = actingOf(verdict)
    const about = factsOf(ticket, acting)
    // The same hands under another rule or by another way: nobody needs to be told.
    const same = engaged !== null && covered && engaged.ownerId === ticket.ownerId && engaged.actingId === verdict.agentId && engaged.actingTeamId === verdict.teamId
    if (same) {
      await trx.from('coverages').where('id', engaged.id).update({ absence_id: verdict.absenceId, rule_id: verdict.rule?.id ?? null, path: JSON.stringify(verdict.path), because: verdict.because })
      await setActing(ticket.id, ticket.ownerId, { ...acting, coverageId: engaged.id })
      continue
    }
    if (engaged) {
      const why = reason ?? reasonOf(ticket, verdict, world)
      const ended = await trx.from('coverages').where('id', engaged.id).whereNull('released_at').update({ released_at: at, release_reason: why })
      if (Number(ended) !== 1) continue
      released.push({ about: { ticket: about }, payload: { ticketId: ticket.id, coverageId: engaged.id, reason: why, ownerId: engaged.ownerId, actingId: engaged.actingId, actingTeamId: engaged.actingTeamId, absenceId: engaged.absenceId }, because: becauseOf(engaged.absenceId) })
      switches.push({ ownerId: engaged.ownerId, absenceId: engaged.absenceId, actingId: engaged.actingId, actingTeamId: engaged.actingTeamId, what: 'released' })
    }
    const coverageId = covered ? await engage(ticket, verdict, at) : null
    if (covered && coverageId === null) continue
    if (!(await setActing(ticket.id, ticket.ownerId, { ...acting, coverageId }))) {
      // The owner changed in this very moment; whoever did that settles the ticket after it.
      if (coverageId !== null) await trx.from('coverages').where('id', coverageId).delete()
      continue
    }
    if (coverageId === null) continue
    engagedNow.push({ about: { ticket: about }, payload: { ticketId: ticket.id, coverageId, ownerId: ticket.ownerId!, actingId: verdict.agentId, actingTeamId: verdict.teamId, absenceId: verdict.absenceId, path: [...verdict.path], because: verdict.because }, because: becauseOf(verdict.absenceId) })
    switches.push({ ownerId: ticket.ownerId!, absenceId: verdict.absenceId, actingId: verdict.agentId, actingTeamId: verdict.teamId, what: 'engaged' })
  }

  await recordAll('coverage:released', released, cause)
  await recordAll('coverage:engaged', engagedNow, cause)
  const names = [...changes.map(({ ticket }) => `ticket-${ticket.id}`), 'list']
  afterCommit(() => poke(names))
  return switches
}

type Told<N extends EventName> = Parameters<typeof recordAll<N>>[1][number]

function becauseOf(absenceId: number | null) {
  return absenceId === null ? null : `absence:${absenceId}`
}

/** Null: another process did it in the same moment. */
async function engage(ticket: StandingTicket, verdict: Verdict, at: number): Promise<number | null> {
  const [row] = await openTransaction()
    .knexQuery()
    .table('coverages')
    .insert({
      ticket_id: ticket.id,
      absence_id: verdict.absenceId,
      rule_id: verdict.rule?.id ?? null,
      owner_id: ticket.ownerId,
      acting_id: verdict.agentId,
      acting_team_id: verdict.teamId,
      because: verdict.because,
      path: JSON.stringify(verdict.path),
      engaged_at: at,
    })
    .onConflict()
    .ignore()
    .returning('id')
  return row === undefined ? null : typeof row === 'object' ? row.id : row
}

function reasonOf(ticket: StandingTicket, verdict: Verdict, world: World): ReleaseReason {
  const engaged = ticket.engaged!
  if (ticket.isFinished) return 'closed'
  if (engaged.ownerId !== ticket.ownerId) return 'handed_over'
  if (verdict.because === 'taken_back') return 'taken_back'
  if (verdict.because === 'left') return 'offboarded'
  if (verdict.because === 'present') return engaged.cancelled ? 'cancelled' : 'returned'
  if (engaged.actingId !== null && !isFit(engaged.actingId, ticket, world)) return 'cover_unavailable'
  return 'rule_changed'
}

function factsOf(ticket: StandingTicket, { actingId, actingTeamId }: { actingId: number | null; actingTeamId: number | null }): TicketFacts {
  const { id, customerId, inboxId, channel, ownerId, teamId } = ticket
  return { id, customerId, inboxId, channel, ownerId, actingId, actingTeamId, teamId }
}
