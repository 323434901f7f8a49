import { isWithin, type WeekHours } from '#people/hours'
import { now, nowMs } from '#support/clock'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'
import { awayAgentIds } from '../coverage/coverage.js'
import type { Candidate } from './choice.js'

/** Somebody whose page asked for anything within this time is at the desk; ms. */
const PRESENT_FOR = 30 * 60_000

/** How a team gives out its tickets, as its row has it. */
export interface TeamRow {
  readonly id: number
  readonly distribution: string
  readonly sticky: number
  readonly matching: string
  readonly most_open: number | null
  readonly only_present: number
  readonly hours: string | null
  readonly time_zone: string | null
  readonly turn: number
}

/**
 * The members who could take this ticket now: active, not read-only, said to be there and (unless the team
 * does not mind) seen at the desk, within their hours, not absent, and allowed to see its inbox.
 *
 * @param except - agents who are passed over this time.
 */
export async function candidatesFor(ticket: Ticket, team: TeamRow, except: ReadonlySet<number>): Promise<Candidate[]> {
  const trx = openTransaction()
  const at = nowMs()
  const query = trx
    .from('team_members')
    .join('agents', 'agents.id', 'team_members.agent_id')
    .where('team_members.team_id', team.id)
    .whereNull('agents.deactivated_at')
    .whereNot('agents.role', 'viewer')
    .where('agents.availability', 'available')
    .select('agents.id', 'agents.role', 'agents.restricted', 'agents.hours', 'agents.time_zone', 'team_members.last_turn')
  if (team.only_present) {
    query.whereExists((sessions) => sessions.from('sessions').whereColumn('sessions.agent_id', 'agents.id').where('expires_at', '>', at).where('seen_at', '>', at - PRESENT_FOR))
  }
  const rows: any[] = (await query).filter(({ id }) => !except.has(id))
  const working = await withinHours(rows, team)
  const absent = await awayAgentIds()
  const here = await allowedToSee(working.filter(({ id }) => !absent.has(id)), ticket.inboxId)
  if (here.length === 0) return []

  const ids = here.map(({ id }) => id as number)
  const [skills, caps, loads] = [await trx.from('agent_skills').whereIn('agent_id', ids), await capsOf(ids, ticket.channel), await loadsOf(ids, ticket.channel)]
  const named = (id: number, kind: string) => skills.filter((skill) => skill.agent_id === id && skill.kind === kind).map(({ value }) => value as string)
  return here.map(({ id, last_turn: lastTurn }) => ({
    id,
    lastTurn: Number(lastTurn),
    ...loads(id),
    ...strictest(caps(id), team.most_open),
    languages: named(id, 'language'),
    topics: named(id, 'topic'),
  }))
}

/** What one agent has open now, and may have: asked again once nobody else can give them anything. */
export async function roomOf(agentId: number, channel: string, team: TeamRow) {
  const [caps, loads] = [await capsOf([agentId], channel), await loadsOf([agentId], channel)]
  return { ...loads(agentId), ...strictest(caps(agentId), team.most_open) }
}

async function withinHours(rows: any[], team: TeamRow): Promise<any[]> {
  const zone = await setting('company.time_zone')
  const at = now()
  const teamHours: WeekHours | null = team.hours ? JSON.parse(team.hours) : null
  return rows.filter(({ hours, time_zone: own }) => {
    if (hours) return isWithin(JSON.parse(hours), own ?? zone, at)
    return teamHours === null || isWithin(teamHours, team.time_zone ?? zone, at)
  })
}

/** An agent limited to some inboxes sees those of their teams (people/access.ts). */
async function allowedToSee(rows: any[], inboxId: number): Promise<any[]> {
  const limited = rows.filter(({ restricted, role }) => restricted && role !== 'admin').map(({ id }) => id as number)
  if (limited.length === 0) return rows
  const trx = openTransaction()
  const linked = await trx.from('team_inboxes').join('team_members', 'team_members.team_id', 'team_inboxes.team_id').where('inbox_id', inboxId).whereIn('agent_id', limited).select('agent_id')
  const routed = await trx.from('inboxes').join('team_members', 'team_members.team_id', 'inboxes.team_id').where('inboxes.id', inboxId).whereIn('team_members.agent_id', limited).select('team_members.agent_id as agent_id')
  const may = new Set([...linked, ...routed].map((row) => row.agent_id))
  return rows.filter(({ id }) => !limited.includes(id) || may.has(id))
}

async function capsOf(ids: readonly number[], channel: string) {
  const rows = await openTransaction().from('agent_caps').whereIn('agent_id', [...ids]).whereIn('channel', ['*', channel])
  return (id: number) => {
    const most = (of: string): number | null => rows.find((row) => row.agent_id === id && row.channel === of)?.most ?? null
    return { most: most('*'), mostInChannel: most(channel) }
  }
}

/** New and open tickets that these agents work on, their own and the covered ones. */
async function loadsOf(ids: readonly number[], channel: string) {
  const rows: any[] = await openTransaction()
    .from('tickets')
    .whereIn('effective_agent_id', [...ids])
    .whereIn('stage', ['waiting', 'aside'])
    .groupBy('effective_agent_id', 'channel')
    .select('effective_agent_id as id', 'channel')
    .count('* as total')
  return (id: number) => {
    const own = rows.filter((row) => row.id === id)
    const sum = (some: any[]) => some.reduce((all, { total }) => all + Number(total), 0)
    return { open: sum(own), openInChannel: sum(own.filter((row) => row.channel === channel)) }
  }
}

function strictest({ most, mostInChannel }: { most: number | null; mostInChannel: number | null }, ofTeam: number | null) {
  const both = [most, ofTeam].filter((limit): limit is number => limit !== null)
  return { most: both.length > 0 ? Math.min(...both) : null, mostInChannel }
}
