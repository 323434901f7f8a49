import { DateTime } from 'luxon'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import type { Group } from '@japa/runner/core'
import type Absence from '#routing/absence/absence'
import type { Kind } from '#routing/absence/absence'
import { planAbsence, type AbsenceValues } from '#routing/absence/planning'
import type { PlannedRule } from '#routing/absence/plan_rules'
import { reconcile } from '#routing/coverage/reconcile'
import { whoWorksOn } from '#routing/coverage/coverage'
import { moveClock, now } from '#support/clock'
import { fresh, givenAgent, givenTeam } from '#tests/given'

/* Worlds with somebody away, and a clock that the test moves. */

export const by = { by: null }
export const asAgent = (agent: { id: number }) => ({ by: { kind: 'agent' as const, id: agent.id } })

/** A Monday morning, far from any change of the clocks. */
export const MONDAY = DateTime.fromISO('2026-11-30T08:00:00', { zone: 'Europe/Prague' })

/** The clock stands at this moment and goes on from there. */
export function at(moment: DateTime | string) {
  moveClock(typeof moment === 'string' ? DateTime.fromISO(moment, { zone: 'Europe/Prague' }) : moment)
}

/** The clock goes to this moment, and the desk does what falls due. */
export async function itBecomes(moment: DateTime | string) {
  at(moment)
  await reconcile()
}

export const to = (agent: { id: number }, values: Partial<PlannedRule> = {}): PlannedRule => ({ scope: {}, cover: { kind: 'agent', id: agent.id }, ...values })
export const toTeam = (id: number, values: Partial<PlannedRule> = {}): PlannedRule => ({ scope: {}, cover: { kind: 'team', id }, ...values })
export const toNobody = (values: Partial<PlannedRule> = {}): PlannedRule => ({ scope: {}, cover: { kind: 'none' }, ...values })

/** Away from the given start (now) to the end (open), under these rules. */
export function givenAbsence(agent: { id: number }, rules: PlannedRule[], values: Partial<AbsenceValues & { from: DateTime; until: DateTime | null; kind: Kind }> = {}): Promise<Absence> {
  const { from = now(), until = null, ...rest } = values
  return planAbsence(agent.id, { kind: 'vacation', startsAt: from, endsAt: until, timeZone: 'Europe/Prague', allDay: false, rules, ...rest }, by)
}

/** Who acts on it, as the row says. */
export async function acting(ticket: { id: number }) {
  const { actingId, actingTeamId, ownerId } = await fresh(ticket)
  return { ownerId, actingId, actingTeamId }
}

export function coverages(ticket: { id: number }) {
  return db.from('coverages').where('ticket_id', ticket.id).orderBy('id')
}

export async function events(name: string, about: { ticketId?: number } = {}) {
  const query = db.from('events').where('name', name).orderBy('id')
  if (about.ticketId) query.where('ticket_id', about.ticketId)
  return (await query).map((row) => ({ ...row, payload: JSON.parse(row.payload) }))
}

/** The invariant: on every unfinished ticket the stored overlay is what the resolver says. */
export async function whatIsStoredIsResolved() {
  const rows = await db.from('tickets').whereIn('status', ['new', 'open', 'pending', 'snoozed']).whereNull('merged_into_id').select('id', 'acting_id', 'acting_team_id')
  const wrong: object[] = []
  for (const row of rows) {
    const { verdict } = await whoWorksOn(row.id)
    const expected = { actingId: verdict.agentId, actingTeamId: verdict.agentId === null ? verdict.teamId : null }
    if (expected.actingId !== row.acting_id || expected.actingTeamId !== row.acting_team_id) wrong.push({ ...row, ...expected, because: verdict.because })
  }
  return wrong
}

/** Somebody limited to the inboxes of a team of his own. */
export async function givenLimited(inboxIds: readonly number[], name?: string) {
  const agent = await givenAgent({ name, restricted: 1 })
  const teamId = await givenTeam()
  await db.table('team_members').insert({ team_id: teamId, agent_id: agent.id })
  for (const inboxId of inboxIds) await db.table('team_inboxes').insert({ team_id: teamId, inbox_id: inboxId })
  return { agent, teamId }
}

/** The world of a test: rolled back, and on a Monday morning at eight. */
export function onMonday(group: Group) {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => {
    at(MONDAY)
    return () => moveClock(null)
  })
}
