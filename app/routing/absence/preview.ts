import type { DateTime } from 'luxon'
import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { stillPlanned } from '#tickets/planned'
import { coverable, tagsOf, UNFINISHED, type TicketPlace } from '../coverage/coverable.js'
import { resolve, type CoverRule, type Verdict } from '../coverage/resolver.js'
import { readFacts, World, type WorldFacts } from '../coverage/world.js'
import { workingWeeks, worksOn, type WorkingWeek } from '#people/working_week'
import { days, lookAt, type Day } from './days.js'
import type { PlannedRule } from './plan_rules.js'
import { inboxesOf, missingRights, type MissingRight } from './rights.js'

/** More days than this are not looked at one by one; an absence without an end is looked at for two weeks. */
const MOST_DAYS = 62
const OPEN_DAYS = 14
/** Under which the absence stands that is not there yet. */
const SUPPOSED = -1

export interface Planned {
  readonly agentId: number
  readonly startsAt: DateTime
  readonly endsAt: DateTime | null
  readonly timeZone: string
  readonly rules: readonly PlannedRule[]
  /** The absence that is changed, which must not count twice. */
  readonly absenceId?: number | null
}

/** One day of the strip. */
export interface PreviewDay extends Day {
  /** The absent agent would work on it: by their own hours, their teams', else from Monday to Friday. */
  readonly works: boolean
  /** Who acts on most of the tickets that day; both null: nobody. */
  readonly coverAgentId: number | null
  readonly coverTeamId: number | null
  /** Everybody who stands in somewhere that day, who has the most first; one of the two is null. */
  readonly covers: readonly { readonly agentId: number | null; readonly teamId: number | null }[]
  /** Nobody covers something at some hour of a working day. */
  readonly gap: boolean
  /** Tickets of today's that would fall to nobody then. */
  readonly uncovered: number
}

export interface Gap {
  /** ISO dates, both included. */
  readonly from: string
  readonly to: string
  readonly workdays: number
  readonly tickets: number
}

/** What an agent has promised, by kind. */
export interface Promises {
  readonly open: number
  readonly waitingForCustomer: number
  readonly snoozed: number
  readonly scheduled: number
  readonly drafts: number
}

export interface Preview {
  readonly days: readonly PreviewDay[]
  /** Of each substitute, on which of the days he is away himself, and on which he works by his hours. */
  readonly strips: readonly { readonly agentId: number; readonly away: readonly boolean[]; readonly works: readonly boolean[] }[]
  readonly gaps: readonly Gap[]
  readonly workdays: number
  readonly uncoveredDays: number
  /** Tickets that each rule takes at the start, in the order of the rules. */
  readonly byRule: readonly number[]
  /** At the start, too: what nobody covers. */
  readonly uncovered: number
  readonly promises: Promises
  readonly missing: readonly (MissingRight & { readonly tickets: number })[]
  /** On some working day everybody of the agent's teams is away: a matter for the whole company. */
  readonly everybodyAway: boolean
  /** Longer than the strip, or without an end. */
  readonly cut: boolean
}

interface Group {
  readonly place: TicketPlace
  readonly tags: readonly { id: number; confidential: boolean }[]
  /** None for a place where tickets may come, and none are. */
  readonly tickets: number
}

/**
 * What would happen if somebody were away so: who covers on which day, where nobody does, and what
 * the substitutes may not see. The answers are the resolver's own, asked at hours of each day;
 * nothing is written.
 */
export async function previewAbsence(planned: Planned): Promise<Preview> {
  const { agentId, startsAt, timeZone, rules } = planned
  const endsAt = planned.endsAt ?? startsAt.plus({ days: OPEN_DAYS })
  const all = days(startsAt, endsAt, timeZone)
  const facts = supposing(planned, await readFacts(startsAt.toMillis(), endsAt.toMillis()))
  const groups = await ticketGroups(agentId)
  const places = [...groups, ...(await emptyPlaces(agentId, facts, groups))]

  const ask = (at: number, of: readonly Group[]): Asked[] => {
    const world = new World(facts, at)
    return of.map(({ place, tags, tickets }) => ({ tickets, verdict: resolve(coverable(place, world, tags), world) }))
  }
  const weeks = await workingWeeks([agentId, ...coversOf(rules)])
  const week = weeks.get(agentId)!
  const seen = all.slice(0, MOST_DAYS).map((day): PreviewDay => {
    const { works, moments: at } = lookAt(day, startsAt, endsAt, timeZone, week)
    const moments = at.map((moment) => ask(moment, places))
    const fallen = moments.map((asked) => asked.filter(({ verdict }) => verdict.because === 'uncovered'))
    return { ...day, works, ...coveredBy(moments.flat()), gap: works && fallen.some((some) => some.length > 0), uncovered: Math.max(0, ...fallen.map(sum)) }
  })
  const start = ask(Math.max(startsAt.toMillis(), Math.min(nowMs(), endsAt.toMillis() - 1)), groups)
  const missing = await missingRights(agentId, rules)

  return {
    days: seen,
    strips: stripsOf(rules, seen, facts, planned, endsAt, weeks),
    gaps: gapsOf(seen),
    workdays: seen.filter(({ works }) => works).length,
    uncoveredDays: seen.filter(({ gap }) => gap).length,
    byRule: rules.map((_, position) => sum(start.filter(({ verdict: { because, rule } }) => because === 'covered' && rule?.absenceId === SUPPOSED && rule.position === position))),
    uncovered: sum(start.filter(({ verdict }) => verdict.because === 'uncovered')),
    promises: await promisesOf(agentId),
    missing: missing.map((right) => ({ ...right, tickets: sum(groups.filter(({ place }) => place.inboxId === right.inboxId)) })),
    everybodyAway: await everybodyAway(agentId, seen, facts, planned, endsAt, week),
    cut: planned.endsAt === null || all.length > MOST_DAYS,
  }
}

interface Asked {
  readonly tickets: number
  readonly verdict: Verdict
}

function sum(some: readonly { readonly tickets: number }[]): number {
  return some.reduce((total, { tickets }) => total + tickets, 0)
}

/** The world with this absence in it, and the rights that it would lend. */
function supposing({ agentId, startsAt, endsAt, rules, absenceId }: Planned, facts: WorldFacts): WorldFacts {
  const period = { id: SUPPOSED, agentId, startsAt: startsAt.toMillis(), endsAt: endsAt?.toMillis() ?? null, rules: rules.map(asRule) }
  const lent = rules.flatMap(({ cover, scope, access }) =>
    cover.kind === 'agent' && access === 'inbox' ? [...facts.inboxTeams.keys()].filter((id) => !scope.inbox?.length || scope.inbox.includes(id)).map((inboxId) => ({ agentId: cover.id, inboxId })) : []
  )
  const owner = new World(facts, startsAt.toMillis())
  return {
    ...facts,
    periods: [...facts.periods.filter(({ id }) => id !== absenceId), period],
    grants: [...facts.grants, ...lent.filter(({ inboxId }) => owner.mayWorkIn(agentId, inboxId)).map((grant) => ({ ...grant, from: period.startsAt, to: period.endsAt }))],
  }
}

function asRule({ scope, cover, newTickets = 'cover_owns' }: PlannedRule, position: number): CoverRule {
  return { id: null, absenceId: SUPPOSED, position, scope, cover, newTickets }
}

/** The agent's unfinished tickets, those that the rules cannot tell apart together. */
async function ticketGroups(agentId: number): Promise<Group[]> {
  const rows = await reading()
    .from('tickets')
    .where('owner_id', agentId)
    .whereRaw(`status IN (${UNFINISHED.map((status) => `'${status}'`).join(', ')})`)
    .select('id', 'team_id', 'inbox_id', 'channel', 'category', 'customer_id')
    .orderBy('id')
    .limit(5000)
  const tags = await tagsOf(rows.map(({ id }) => id))
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const place = { id: null, ownerId: agentId, teamId: row.team_id, inboxId: row.inbox_id, channel: row.channel, category: row.category, customerId: row.customer_id }
    const own = tags.get(row.id) ?? []
    const key = JSON.stringify([place, own.map(({ id }) => id).sort()])
    groups.set(key, { place, tags: own, tickets: (groups.get(key)?.tickets ?? 0) + 1 })
  }
  return [...groups.values()]
}

/** Inboxes in which something may come meanwhile. */
async function emptyPlaces(agentId: number, facts: WorldFacts, groups: readonly Group[]): Promise<Group[]> {
  const inboxes = await inboxesOf(agentId, new World(facts, 0))
  return inboxes
    .filter(({ id }) => !groups.some(({ place }) => place.inboxId === id))
    .map(({ id, channel }) => ({ place: { id: null, ownerId: agentId, teamId: null, inboxId: id, channel, category: 'customer', customerId: 0 }, tags: [], tickets: 0 }))
}

function coveredBy(asked: readonly Asked[]): Pick<PreviewDay, 'coverAgentId' | 'coverTeamId' | 'covers'> {
  const votes = new Map<string, number>()
  for (const { verdict, tickets } of asked) {
    if (verdict.because !== 'covered') continue
    const key = `${verdict.agentId ?? ''}:${verdict.teamId ?? ''}`
    votes.set(key, (votes.get(key) ?? 0) + tickets + 0.5)
  }
  const covers = [...votes]
    .sort(([, a], [, b]) => b - a)
    .map(([key]) => key.split(':').map((id) => (id === '' ? null : Number(id))))
    .map(([agentId, teamId]) => ({ agentId, teamId: agentId === null ? teamId : null }))
  return { coverAgentId: covers[0]?.agentId ?? null, coverTeamId: covers[0]?.teamId ?? null, covers }
}

/** Runs of days with a gap; days off between two of them do not part them. */
function gapsOf(seen: readonly PreviewDay[]): Gap[] {
  const gaps: Gap[] = []
  let open = null as Gap | null
  for (const day of seen) {
    if (!day.works) continue
    if (day.gap) {
      open = { from: open?.from ?? day.date, to: day.date, workdays: (open?.workdays ?? 0) + 1, tickets: Math.max(open?.tickets ?? 0, day.uncovered) }
    } else if (open) {
      gaps.push(open)
      open = null
    }
  }
  return open ? [...gaps, open] : gaps
}

function stripsOf(rules: readonly PlannedRule[], seen: readonly PreviewDay[], facts: WorldFacts, { agentId: absentId, startsAt, timeZone }: Planned, endsAt: DateTime, weeks: ReadonlyMap<number, WorkingWeek>) {
  return coversOf(rules).map((agentId) => ({
    agentId,
    away: seen.map((day) => lookAt(day, startsAt, endsAt, timeZone, weeks.get(absentId)!).moments.some((at) => new World(facts, at).isAway(agentId))),
    works: seen.map(({ date }) => worksOn(weeks.get(agentId)!, date)),
  }))
}

function coversOf(rules: readonly PlannedRule[]): number[] {
  return [...new Set(rules.flatMap(({ cover }) => (cover.kind === 'agent' ? [cover.id] : [])))]
}

async function everybodyAway(agentId: number, seen: readonly PreviewDay[], facts: WorldFacts, { startsAt, timeZone }: Planned, endsAt: DateTime, week: WorkingWeek): Promise<boolean> {
  const rows = await reading()
    .from('team_members as mine')
    .join('team_members as others', 'others.team_id', 'mine.team_id')
    .where('mine.agent_id', agentId)
    .select('others.team_id', 'others.agent_id')
  const teams = Map.groupBy(rows, (row) => row.team_id as number)
  const world = new World(facts, 0)
  return seen.filter(({ works }) => works).some((day) => {
    const then = new World(facts, lookAt(day, startsAt, endsAt, timeZone, week).moments[0]!)
    return [...teams.values()].some((members) => members.length > 1 && members.every(({ agent_id: id }) => !world.isActive(id) || then.isAway(id)))
  })
}

/** What somebody has promised, and who stands in has to know. */
export async function promisesOf(agentId: number): Promise<Promises> {
  const db = reading()
  const byStatus = await db.from('tickets').where('owner_id', agentId).whereIn('status', [...UNFINISHED]).groupBy('status').select('status').count('* as total')
  const of = (...statuses: string[]) => byStatus.filter(({ status }) => statuses.includes(status)).reduce((total, row) => total + Number(row.total), 0)
  const scheduled = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where({ 'messages.author_kind': 'agent', 'messages.author_id': String(agentId) })
    .where(stillPlanned)
    .count('* as total')
  const drafts = await db.from('drafts').where({ agent_id: agentId, kind: 'reply' }).count('* as total')
  return { open: of('new', 'open', 'pending', 'snoozed'), waitingForCustomer: of('pending'), snoozed: of('snoozed'), scheduled: Number(scheduled[0].total), drafts: Number(drafts[0].total) }
}
