import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { inOrder, type CoverRule, type CoverWorld, type Cover, type Scope } from './resolver.js'

/** An absence as far as coverage goes. */
export interface Period {
  readonly id: number
  readonly agentId: number
  readonly startsAt: number
  /** Half-open; null: nobody knows. */
  readonly endsAt: number | null
  readonly rules: readonly CoverRule[]
}

interface AgentRow {
  readonly id: number
  readonly role: string
  readonly restricted: number
  readonly deactivated_at: number | null
  readonly cover_cap: number | null
}

interface Grant {
  readonly agentId: number
  readonly inboxId: number
  readonly from: number
  readonly to: number | null
}

/** What is read once, and holds for every moment of a span. */
export interface WorldFacts {
  readonly periods: readonly Period[]
  readonly agents: ReadonlyMap<number, AgentRow>
  /** Inboxes that an agent's teams open to one who is limited to them. */
  readonly inboxes: ReadonlyMap<number, ReadonlySet<number>>
  readonly grants: readonly Grant[]
  readonly loads: ReadonlyMap<number, number>
  readonly takenBack: ReadonlySet<string>
  readonly inboxTeams: ReadonlyMap<number, number | null>
  readonly ownTeams: ReadonlyMap<number, number>
  /** Inboxes that are somebody's own. */
  readonly personal: ReadonlySet<number>
}

/**
 * The desk at one moment, as far as the resolver asks: who is away, under which rules, who may work
 * where and for how many. A team is a few dozen people, so it is read whole.
 */
export class World implements CoverWorld {
  readonly #running = new Map<number, Period[]>()
  readonly #rules = new Map<number, CoverRule[]>()
  readonly #loads: Map<number, number>

  constructor(
    readonly facts: WorldFacts,
    readonly at: number
  ) {
    this.#loads = new Map(facts.loads)
    for (const period of facts.periods) {
      if (period.startsAt <= at && (period.endsAt === null || at < period.endsAt)) this.#running.set(period.agentId, [...(this.#running.get(period.agentId) ?? []), period])
    }
    for (const [agentId, periods] of this.#running) this.#rules.set(agentId, inOrder(periods.flatMap(({ rules }) => rules)))
  }

  /** @param at - the moment, ms; now unless given */
  static async read(at = nowMs()): Promise<World> {
    return new World(await readFacts(at, at), at)
  }

  isActive(agentId: number) {
    const agent = this.facts.agents.get(agentId)
    return agent !== undefined && agent.deactivated_at === null && agent.role !== 'viewer'
  }

  isAway(agentId: number) {
    return this.#running.has(agentId)
  }

  mayWorkIn(agentId: number, inboxId: number) {
    const agent = this.facts.agents.get(agentId)
    if (!agent) return false
    if (agent.role === 'admin' || !agent.restricted || this.facts.inboxes.get(agentId)?.has(inboxId)) return true
    return this.facts.grants.some((grant) => grant.agentId === agentId && grant.inboxId === inboxId && grant.from <= this.at && (grant.to === null || this.at < grant.to))
  }

  isCapped(agentId: number) {
    return (this.facts.agents.get(agentId)?.cover_cap ?? null) !== null
  }

  isFull(agentId: number) {
    const cap = this.facts.agents.get(agentId)?.cover_cap ?? null
    return cap !== null && (this.#loads.get(agentId) ?? 0) >= cap
  }

  rulesOf(agentId: number) {
    return this.#rules.get(agentId) ?? []
  }

  absenceOf(agentId: number) {
    return this.#running.get(agentId)?.[0].id ?? null
  }

  isTakenBack(ticketId: number, agentId: number) {
    return this.facts.takenBack.has(`${ticketId}-${agentId}`)
  }

  /** The running absences of an agent. */
  absencesOf(agentId: number): readonly Period[] {
    return this.#running.get(agentId) ?? []
  }

  isPersonal(inboxId: number) {
    return this.facts.personal.has(inboxId)
  }

  /** Where a ticket of this inbox falls when it has no team of its own. */
  fallbackTeam(inboxId: number, ownerId: number | null): number | null {
    return this.facts.inboxTeams.get(inboxId) ?? (ownerId === null ? null : (this.facts.ownTeams.get(ownerId) ?? null))
  }

  /** Agents whose tickets somebody else works on: away, or gone. */
  get missing(): number[] {
    return [...this.facts.agents.keys()].filter((id) => this.isAway(id) || !this.isActive(id))
  }

  /** Counts an engagement, so that a cap holds within a batch too. */
  count(agentId: number | null, by: 1 | -1) {
    if (agentId !== null) this.#loads.set(agentId, (this.#loads.get(agentId) ?? 0) + by)
  }
}

/** Reads what holds between two moments (ms, both included); eight small queries. */
export async function readFacts(from: number, to: number): Promise<WorldFacts> {
  const db = reading()
  const agents: AgentRow[] = await db.from('agents').select('id', 'role', 'restricted', 'deactivated_at', 'cover_cap')
  const inboxes: { id: number; team_id: number | null; agent_id: number | null }[] = await db.from('inboxes').select('id', 'team_id', 'agent_id')
  const members: { agent_id: number; team_id: number }[] = await db.from('team_members').orderBy('team_id').select('agent_id', 'team_id')
  const limited = agents.some(({ restricted }) => restricted)
  const periods = await readPeriods(from, to)
  const ids = periods.map(({ id }) => id)
  const exceptions = ids.length > 0 ? await db.from('coverage_exceptions').whereIn('absence_id', ids).select('ticket_id', 'agent_id') : []
  return {
    periods,
    agents: new Map(agents.map((agent) => [agent.id, agent])),
    inboxes: limited ? await opened(members, inboxes) : new Map(),
    grants: limited ? await readGrants(from, to) : [],
    loads: agents.some(({ cover_cap: cap }) => cap !== null) ? await readLoads() : new Map(),
    takenBack: new Set(exceptions.map((row) => `${row.ticket_id}-${row.agent_id}`)),
    inboxTeams: new Map(inboxes.map(({ id, team_id: teamId }) => [id, teamId])),
    personal: new Set(inboxes.filter(({ agent_id: agentId }) => agentId !== null).map(({ id }) => id)),
    ownTeams: new Map(members.toReversed().map(({ agent_id: agentId, team_id: teamId }) => [agentId, teamId])),
  }
}

async function readPeriods(from: number, to: number): Promise<Period[]> {
  const rows = await reading()
    .from('absences')
    .whereIn('state', ['planned', 'active'])
    .where('starts_at', '<=', to)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', from))
    .orderBy('id')
    .select('id', 'agent_id', 'starts_at', 'ends_at', 'needs_acceptance')
  if (rows.length === 0) return []
  const rules = await reading().from('absence_rules').whereIn('absence_id', rows.map(({ id }) => id)).orderBy('absence_id').orderBy('position').orderBy('id')
  return rows.map((row) => ({
    id: row.id,
    agentId: row.agent_id,
    startsAt: Number(row.starts_at),
    endsAt: row.ends_at === null ? null : Number(row.ends_at),
    // Who was asked and has not said yes is passed over (B13).
    rules: rules
      .filter((rule) => rule.absence_id === row.id && rule.declined_at === null && !(row.needs_acceptance && rule.cover_kind === 'agent' && rule.accepted_at === null))
      .map(ruleOf),
  }))
}

async function opened(members: readonly { agent_id: number; team_id: number }[], inboxes: readonly { id: number; team_id: number | null }[]) {
  const linked: { team_id: number; inbox_id: number }[] = await reading().from('team_inboxes').select('team_id', 'inbox_id')
  const ofTeams = [...linked, ...inboxes.flatMap(({ id, team_id: teamId }) => (teamId === null ? [] : [{ team_id: teamId, inbox_id: id }]))]
  const found = new Map<number, Set<number>>()
  for (const { agent_id: agentId, team_id: teamId } of members) {
    const set = found.get(agentId) ?? new Set()
    for (const { team_id: of, inbox_id: inboxId } of ofTeams) if (of === teamId) set.add(inboxId)
    found.set(agentId, set)
  }
  return found
}

async function readGrants(from: number, to: number): Promise<Grant[]> {
  const rows = await reading()
    .from('grants')
    .where('valid_from', '<=', to)
    .whereNull('revoked_at')
    .where((open) => open.whereNull('valid_to').orWhere('valid_to', '>', from))
    .select('agent_id', 'inbox_id', 'valid_from', 'valid_to')
  return rows.map((row) => ({ agentId: row.agent_id, inboxId: row.inbox_id, from: Number(row.valid_from), to: row.valid_to === null ? null : Number(row.valid_to) }))
}

async function readLoads(): Promise<Map<number, number>> {
  const rows = await reading().from('coverages').whereNull('released_at').whereNotNull('acting_id').groupBy('acting_id').select('acting_id').count('* as total')
  return new Map(rows.map((row) => [row.acting_id as number, Number(row.total)]))
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
