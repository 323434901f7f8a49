/*
 * Who works on a ticket now. Pure: the world is given, nothing is read or written, and the answer
 * depends on nothing else. Everything that asks who is responsible ends here.
 */

/** A chain of substitutes longer than this is nobody's promise any more. */
const MAX_DEPTH = 5

/** What a rule is about; a list that is absent or empty does not narrow. Tags and customers are ids. */
export interface Scope {
  readonly inbox?: readonly number[]
  readonly channel?: readonly string[]
  readonly tag?: readonly number[]
  readonly category?: readonly string[]
  readonly customer?: readonly number[]
}

export type Cover = { readonly kind: 'agent'; readonly id: number } | { readonly kind: 'team'; readonly id: number } | { readonly kind: 'none' }

export interface CoverRule {
  readonly id: number | null
  readonly absenceId: number
  readonly position: number
  readonly scope: Scope
  readonly cover: Cover
  /** Who owns what comes in for the absent agent meanwhile. */
  readonly newTickets: 'cover_owns' | 'return_to_absent'
}

/** The part of a ticket that decides who covers it. */
export interface CoverableTicket {
  readonly id: number | null
  readonly ownerId: number | null
  readonly inboxId: number
  readonly channel: string
  readonly category: string
  readonly customerId: number
  readonly tagIds: readonly number[]
  /** Those of its tags that a rule must name to cover it. */
  readonly confidentialTagIds: readonly number[]
  /** Came into somebody's personal inbox: only a rule that names the inbox covers it. */
  readonly isPersonal: boolean
  /** Where it falls when nobody covers: its own team, else the inbox's, else one of the owner's. */
  readonly fallbackTeamId: number | null
}

/** What the resolver asks of the world. */
export interface CoverWorld {
  /** Not deactivated, and works on tickets at all. */
  isActive(agentId: number): boolean
  isAway(agentId: number): boolean
  mayWorkIn(agentId: number, inboxId: number): boolean
  /** Stands in for as many as he said; says nothing of somebody without a cap. */
  isFull(agentId: number): boolean
  /** Said how many at most. */
  isCapped(agentId: number): boolean
  /** Usable rules of all running absences of an agent, best first (`inOrder`). */
  rulesOf(agentId: number): readonly CoverRule[]
  /** The running absence that a verdict without a rule belongs to. */
  absenceOf(agentId: number): number | null
  /** The owner has taken this one back: what he is away for does not cover it. */
  isTakenBack(ticketId: number, agentId: number): boolean
}

export type Because = 'unowned' | 'present' | 'covered' | 'uncovered' | 'left' | 'not_covered' | 'confidential' | 'personal' | 'taken_back'

/** Who acts for the owner; both null: the owner himself, or nobody needs to. */
export interface Verdict {
  readonly agentId: number | null
  readonly teamId: number | null
  readonly because: Because
  /** Agents from the owner on, as the way went. */
  readonly path: readonly number[]
  readonly absenceId: number | null
  readonly rule: CoverRule | null
}

/** The overlay that a ticket has now. */
export interface Engaged {
  readonly ownerId: number
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly ruleId: number | null
}

/**
 * Who works on this ticket, with what already stands taken into account: whoever stands in goes on
 * as long as the rule does, whatever the load of others; and the member who took a ticket from a
 * covering team has it.
 *
 * @param afresh - the ticket or the rules have changed: a capped colleague with room comes before the one who stood in for want of it.
 */
export function resolve(ticket: CoverableTicket, world: CoverWorld, engaged: Engaged | null = null, { afresh = false } = {}): Verdict {
  const standing = engaged?.ownerId === ticket.ownerId ? engaged : null
  if (standing?.actingId && !standing.actingTeamId) {
    // The ticket is part of its own substitute's load.
    const best = decide(ticket, world, (id) => id !== standing.actingId && world.isFull(id))
    if (afresh || best.agentId === standing.actingId) return best
    const loyal = decide(ticket, world, (id) => id !== standing.actingId && world.isCapped(id))
    return loyal.agentId === standing.actingId && loyal.rule?.id === standing.ruleId ? loyal : best
  }
  const verdict = decide(ticket, world, (id) => world.isFull(id))
  const claimer = standing?.actingTeamId && standing.actingTeamId === verdict.teamId ? standing.actingId : null
  return claimer && isFit(claimer, ticket, world) ? { ...verdict, agentId: claimer } : verdict
}

function decide(ticket: CoverableTicket, world: CoverWorld, isFull: (agentId: number) => boolean): Verdict {
  const { ownerId } = ticket
  const nobody = (because: Because, path: readonly number[] = []): Verdict => ({ agentId: null, teamId: null, because, path, absenceId: null, rule: null })
  if (ownerId === null) return nobody('unowned')
  if (!world.isActive(ownerId)) return { ...nobody('left', [ownerId]), teamId: ticket.fallbackTeamId }
  if (!world.isAway(ownerId)) return nobody('present')
  if (ticket.id !== null && world.isTakenBack(ticket.id, ownerId)) return nobody('taken_back')

  const found = walk(ticket, world, isFull, ownerId, new Set([ownerId]), 1)
  const absenceId = world.absenceOf(ownerId)
  if (!found) {
    if (ticket.confidentialTagIds.length > 0) return { ...nobody('confidential', [ownerId]), absenceId }
    if (ticket.isPersonal) return { ...nobody('personal', [ownerId]), absenceId }
    return { ...nobody('uncovered', [ownerId]), teamId: ticket.fallbackTeamId, absenceId }
  }
  const first = found.rules[0]
  if (found.end.kind === 'none') return { ...nobody('not_covered', [ownerId]), absenceId: first.absenceId, rule: first }
  return {
    agentId: found.end.kind === 'agent' ? found.end.id : null,
    teamId: found.end.kind === 'team' ? found.end.id : null,
    because: 'covered',
    path: [ownerId, ...found.path],
    absenceId: first.absenceId,
    rule: first,
  }
}

interface Found {
  readonly end: Cover
  /** Agents passed on the way, the last one included. */
  readonly path: readonly number[]
  /** The rules followed; the owner's own first. */
  readonly rules: readonly CoverRule[]
}

function walk(ticket: CoverableTicket, world: CoverWorld, isFull: (agentId: number) => boolean, agentId: number, seen: ReadonlySet<number>, depth: number): Found | null {
  if (depth > MAX_DEPTH) return null
  for (const rule of world.rulesOf(agentId)) {
    const { cover } = rule
    if (!matches(rule.scope, ticket)) continue
    if (cover.kind === 'none') return { end: cover, path: [], rules: [rule] }
    if (cover.kind === 'team') return { end: cover, path: [], rules: [rule] }
    // A ring, somebody who has left or may not see the inbox: the next rule.
    if (seen.has(cover.id) || !mayTake(cover.id, ticket, world)) continue
    if (world.isAway(cover.id)) {
      const further = walk(ticket, world, isFull, cover.id, new Set([...seen, cover.id]), depth + 1)
      if (further && further.end.kind !== 'none') return { end: further.end, path: [cover.id, ...further.path], rules: [rule, ...further.rules] }
      continue
    }
    if (isFull(cover.id)) continue
    return { end: cover, path: [cover.id], rules: [rule] }
  }
  return null
}

/** Whether an agent could act on this ticket now. */
export function isFit(agentId: number, ticket: CoverableTicket, world: CoverWorld) {
  return mayTake(agentId, ticket, world) && !world.isAway(agentId)
}

function mayTake(agentId: number, { inboxId }: CoverableTicket, world: CoverWorld) {
  return world.isActive(agentId) && world.mayWorkIn(agentId, inboxId)
}

function matches({ inbox, channel, tag, category, customer }: Scope, ticket: CoverableTicket): boolean {
  if (ticket.isPersonal && !inbox?.includes(ticket.inboxId)) return false
  if (ticket.confidentialTagIds.length > 0 && !ticket.confidentialTagIds.some((id) => tag?.includes(id))) return false
  return (
    (isOpen(inbox) || inbox.includes(ticket.inboxId)) &&
    (isOpen(channel) || channel.includes(ticket.channel)) &&
    (isOpen(tag) || tag.some((id) => ticket.tagIds.includes(id))) &&
    (isOpen(category) || category.includes(ticket.category)) &&
    (isOpen(customer) || customer.includes(ticket.customerId))
  )
}

function isOpen(list: readonly unknown[] | undefined): list is undefined {
  return !list || list.length === 0
}

/** How narrow a scope is: customer before tag or category, before inbox, before channel, before everything. */
export function weight({ inbox, channel, tag, category, customer }: Scope): number {
  return (isOpen(customer) ? 0 : 8) + (isOpen(tag) && isOpen(category) ? 0 : 4) + (isOpen(inbox) ? 0 : 2) + (isOpen(channel) ? 0 : 1)
}

/** The rules of all running absences of one agent, the narrowest first, then as they were put down. */
export function inOrder(rules: readonly CoverRule[]): CoverRule[] {
  return rules.toSorted((a, b) => weight(b.scope) - weight(a.scope) || a.position - b.position)
}
