import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { inOrder, type CoverRule, type CoverWorld, type Cover, type Scope } from './resolver.js'

interface RunningAbsence {
  readonly id: number
  readonly agentId: number
  readonly startsAt: number
  readonly endsAt: number | null
}

interface AgentRow {
  readonly id: number
  readonly role: string
  readonly restricted: number
  readonly deactivated_at: number | null
  readonly cover_cap: number | null
}

/**
 * The desk at one moment, as far as the resolver asks: who is away, under which rules, who may work
 * where and for how many. A team is a few dozen people, so it is read whole; seven small queries.
 */
export class World implements CoverWorld {
  readonly #absences = new Map<number, RunningAbsence[]>()
  readonly #rules = new Map<number, CoverRule[]>()
  readonly #agents = new Map<number, AgentRow>()
  readonly #inboxes = new Map<number, Set<number>>()
  readonly #loads = new Map<number, number>()
  readonly #takenBack = new Set<string>()
  /** The team that answers each inbox. */
  readonly inboxTeams = new Map<number, number | null>()
  /** The first team of each agent. */
  readonly ownTeams = new Map<number, number>()

  /** @param at - the moment, ms; now unless given */
  static async read(at = nowMs()): Promise<World> {
    const world = new World()
    await world.#readAbsences(at)
    await world.#readAgents(at)
    return world
  }

  async #readAbsences(at: number) {
    const db = reading()
    const absences = await db
      .from('absences')
      .whereIn('state', ['planned', 'active'])
      .where('starts_at', '<=', at)
      .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
      .orderBy('id')
      .select('id', 'agent_id', 'starts_at', 'ends_at', 'needs_acceptance')
    if (absences.length === 0) return
    const ids = absences.map(({ id }) => id as number)
    const rows = await db.from('absence_rules').whereIn('absence_id', ids).orderBy('absence_id').orderBy('position').orderBy('id')
    for (const { id, agent_id: agentId, starts_at: startsAt, ends_at: endsAt, needs_acceptance: asks } of absences) {
      push(this.#absences, agentId, { id, agentId, startsAt: Number(startsAt), endsAt: endsAt === null ? null : Number(endsAt) })
      const usable = rows.filter((row) => row.absence_id === id && row.declined_at === null && !(asks && row.cover_kind === 'agent' && row.accepted_at === null))
      for (const row of usable) push(this.#rules, agentId, ruleOf(row))
    }
    for (const [agentId, rules] of this.#rules) this.#rules.set(agentId, inOrder(rules))
    const exceptions = await db.from('coverage_exceptions').whereIn('absence_id', ids).select('ticket_id', 'agent_id')
    for (const { ticket_id: ticketId, agent_id: agentId } of exceptions) this.#takenBack.add(`${ticketId}-${agentId}`)
  }

  async #readAgents(at: number) {
    const db = reading()
    const agents: AgentRow[] = await db.from('agents').select('id', 'role', 'restricted', 'deactivated_at', 'cover_cap')
    for (const agent of agents) this.#agents.set(agent.id, agent)

    const inboxes = await db.from('inboxes').select('id', 'team_id')
    for (const { id, team_id: teamId } of inboxes) this.inboxTeams.set(id, teamId)
    const members = await db.from('team_members').orderBy('team_id').select('agent_id', 'team_id')
    for (const { agent_id: agentId, team_id: teamId } of members) if (!this.ownTeams.has(agentId)) this.ownTeams.set(agentId, teamId)

    if (agents.some(({ restricted }) => restricted)) {
      const linked: { team_id: number; inbox_id: number }[] = await db.from('team_inboxes').select('team_id', 'inbox_id')
      const ofTeams = [...linked, ...inboxes.map(({ id, team_id: teamId }) => ({ team_id: teamId, inbox_id: id }))]
      for (const { agent_id: agentId, team_id: teamId } of members) {
        for (const { team_id: of, inbox_id: inboxId } of ofTeams) if (of === teamId) add(this.#inboxes, agentId, inboxId)
      }
      const granted = await grantsAt(at).select('agent_id', 'inbox_id')
      for (const { agent_id: agentId, inbox_id: inboxId } of granted) add(this.#inboxes, agentId, inboxId)
    }
    if (agents.some(({ cover_cap: cap }) => cap !== null)) {
      const loads = await db.from('coverages').whereNull('released_at').whereNotNull('acting_id').groupBy('acting_id').select('acting_id').count('* as total')
      for (const { acting_id: agentId, total } of loads) this.#loads.set(agentId, Number(total))
    }
  }

  isActive(agentId: number) {
    const agent = this.#agents.get(agentId)
    return agent !== undefined && agent.deactivated_at === null && agent.role !== 'viewer'
  }

  isAway(agentId: number) {
    return this.#absences.has(agentId)
  }

  mayWorkIn(agentId: number, inboxId: number) {
    const agent = this.#agents.get(agentId)
    if (!agent) return false
    return agent.role === 'admin' || !agent.restricted || (this.#inboxes.get(agentId)?.has(inboxId) ?? false)
  }

  isCapped(agentId: number) {
    return (this.#agents.get(agentId)?.cover_cap ?? null) !== null
  }

  isFull(agentId: number) {
    const cap = this.#agents.get(agentId)?.cover_cap ?? null
    return cap !== null && (this.#loads.get(agentId) ?? 0) >= cap
  }

  rulesOf(agentId: number) {
    return this.#rules.get(agentId) ?? []
  }

  absenceOf(agentId: number) {
    return this.#absences.get(agentId)?.[0].id ?? null
  }

  isTakenBack(ticketId: number, agentId: number) {
    return this.#takenBack.has(`${ticketId}-${agentId}`)
  }

  /** The running absences of an agent. */
  absencesOf(agentId: number): readonly RunningAbsence[] {
    return this.#absences.get(agentId) ?? []
  }

  /** Agents whose tickets somebody else works on: away, or gone. */
  get missing(): number[] {
    return [...this.#agents.keys()].filter((id) => this.isAway(id) || !this.isActive(id))
  }

  /** Counts an engagement, so that a cap holds within a batch too. */
  count(agentId: number | null, by: 1 | -1) {
    if (agentId !== null) this.#loads.set(agentId, (this.#loads.get(agentId) ?? 0) + by)
  }
}

/** Rights lent out that hold at this moment. */
export function grantsAt(at: number) {
  return reading()
    .from('grants')
    .where('valid_from', '<=', at)
    .whereNull('revoked_at')
    .where((open) => open.whereNull('valid_to').orWhere('valid_to', '>', at))
}

/** Reads a row of `absence_rules`. */
export function ruleOf(row: any): CoverRule {
  return {
    id: row.id,
    absenceId: row.absence_id,
    position: row.position,
    scope: (typeof row.scope === 'string' ? JSON.parse(row.scope) : row.scope) as Scope,
    cover: coverOf(row),
    newTickets: row.new_tickets,
  }
}

function coverOf(row: any): Cover {
  if (row.cover_kind === 'agent') return { kind: 'agent', id: row.cover_agent_id }
  if (row.cover_kind === 'team') return { kind: 'team', id: row.cover_team_id }
  return { kind: 'none' }
}

function push<T>(lists: Map<number, T[]>, key: number, item: T) {
  lists.set(key, [...(lists.get(key) ?? []), item])
}

function add(sets: Map<number, Set<number>>, key: number, item: number) {
  const set = sets.get(key)
  if (set) set.add(item)
  else sets.set(key, new Set([item]))
}
