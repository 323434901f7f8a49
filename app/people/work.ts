import type Agent from '#people/agent'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { record } from '#support/events'
import { openTransaction, reading, transaction } from '#support/transaction'
import type { WeekHours } from './hours.js'

/** What somebody can do, when they work, and how much at once; the distribution of their teams goes by it. */
export interface AgentWork {
  /** Null: the hours of the team. */
  readonly hours: WeekHours | null
  /** Two-letter codes; none: takes any language. */
  readonly languages: readonly string[]
  /** What they know best: categories and tags, folded. Tickets about these come to them first. */
  readonly topics: readonly string[]
  /** Open tickets at most, by channel; `*` for all together. */
  readonly caps: Readonly<Record<string, number>>
}

export const DISTRIBUTIONS = ['manual', 'round_robin', 'least_loaded'] as const
export const MATCHINGS = ['off', 'prefer', 'require'] as const
export const ESCALATIONS = ['moves', 'stays'] as const

/** How a team gives out its tickets and when it works. */
export interface TeamWork {
  readonly distribution: (typeof DISTRIBUTIONS)[number]
  readonly sticky: boolean
  readonly matching: (typeof MATCHINGS)[number]
  /** Open tickets beyond which a member gets no more by turn; null: no limit. */
  readonly mostOpen: number | null
  /** At most so many at once when somebody comes to work; null: no limit. */
  readonly mostAtOnce: number | null
  readonly onlyPresent: boolean
  readonly hours: WeekHours | null
  readonly timeZone: string | null
  readonly escalation: (typeof ESCALATIONS)[number]
}

/** Reads the work of these agents; three queries for any number. */
export async function readWork(ids: readonly number[]): Promise<ReadonlyMap<number, AgentWork>> {
  if (ids.length === 0) return new Map()
  const db = reading()
  const agents = await db.from('agents').whereIn('id', [...ids]).select('id', 'hours')
  const skills = await db.from('agent_skills').whereIn('agent_id', [...ids]).orderBy('value')
  const caps = await db.from('agent_caps').whereIn('agent_id', [...ids]).orderBy('channel')
  const named = (id: number, kind: string) => skills.filter((skill) => skill.agent_id === id && skill.kind === kind).map(({ value }) => value as string)
  return new Map(
    agents.map(({ id, hours }) => [
      id,
      { hours: hours ? JSON.parse(hours) : null, languages: named(id, 'language'), topics: named(id, 'topic'), caps: Object.fromEntries(caps.filter((cap) => cap.agent_id === id).map(({ channel, most }) => [channel, most])) },
    ])
  )
}

/** Changes what is given and differs. */
export async function changeWork(agent: Agent, { hours, languages, topics, caps }: Partial<AgentWork>, cause: Cause) {
  await transaction(async (trx) => {
    const before = (await readWork([agent.id])).get(agent.id)!
    const fields: string[] = []
    if (hours !== undefined && JSON.stringify(hours) !== JSON.stringify(before.hours)) {
      agent.hours = hours
      agent.updatedAt = now()
      await agent.useTransaction(trx).save()
      fields.push('hours')
    }
    const skills = [await replaceSkills(agent.id, 'language', before.languages, languages), await replaceSkills(agent.id, 'topic', before.topics, topics)]
    if (skills.includes(true)) fields.push('skills')
    if (await replaceCaps(agent.id, before.caps, caps)) fields.push('caps')
    if (fields.length > 0) await record('agent:changed', { agentId: agent.id, fields }, cause)
  })
}

async function replaceSkills(agentId: number, kind: string, before: readonly string[], wanted: readonly string[] | undefined): Promise<boolean> {
  if (wanted === undefined) return false
  const values = [...new Set(wanted.map((value) => value.trim().slice(0, 60)).filter(Boolean))].sort()
  if (values.join('\n') === before.toSorted().join('\n')) return false
  const trx = openTransaction()
  await trx.from('agent_skills').where({ agent_id: agentId, kind }).delete()
  if (values.length > 0) await trx.table('agent_skills').multiInsert(values.map((value) => ({ agent_id: agentId, kind, value })))
  return true
}

async function replaceCaps(agentId: number, before: AgentWork['caps'], wanted: AgentWork['caps'] | undefined): Promise<boolean> {
  if (wanted === undefined) return false
  const sorted = (caps: AgentWork['caps']) => JSON.stringify(Object.entries(caps).sort(([a], [b]) => a.localeCompare(b)))
  if (sorted(before) === sorted(wanted)) return false
  const trx = openTransaction()
  await trx.from('agent_caps').where('agent_id', agentId).delete()
  const rows = Object.entries(wanted).map(([channel, most]) => ({ agent_id: agentId, channel: channel.slice(0, 60), most }))
  if (rows.length > 0) await trx.table('agent_caps').multiInsert(rows)
  return true
}
