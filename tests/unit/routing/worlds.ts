import { inOrder, type CoverableTicket, type CoverRule, type CoverWorld, type Verdict } from '#routing/coverage/resolver'
import type { RefRule, RefTicket, RefWorld } from './reference_model.js'

/* The reference model's worlds, as the product's resolver takes them. */

const number = (kind: string, name: string) => (({ agent: 1, team: 2, inbox: 3, tag: 4, customer: 5 })[kind]! * 1_000_000) + [...name].reduce((sum, letter) => sum * 37 + letter.charCodeAt(0), 0) % 900_000

export const agentId = (name: string) => number('agent', name)
const teamId = (name: string) => number('team', name.replace(/^t:/, ''))

/** What the reference says in words, of the product's verdict. */
export function inReferenceWords({ agentId: agent, teamId: team, because, path }: Verdict, world: RefWorld): [string | null, string[], string] {
  const name = (id: number) => world.agents.find((one) => agentId(one.id) === id)?.id ?? '?'
  const teams = ['t:support', 't:x', 't:vip']
  const who = agent !== null ? `a:${name(agent)}` : team !== null ? teams.find((one) => teamId(one) === team)! : null
  const why = {
    unowned: 'unowned',
    present: 'owner present',
    covered: 'covered',
    uncovered: 'nobody covers: the team + supervisor alarm',
    left: 'owner inactive',
    not_covered: 'explicitly not covered',
    confidential: 'confidential',
    personal: 'personal',
    taken_back: 'taken back',
  }[because]
  if (because === 'not_covered') return [null, [], why]
  return [who, [...path.map(name), ...(because === 'covered' && agent === null ? [who!] : [])], why]
}

export function coverableOf(ticket: RefTicket): CoverableTicket {
  return {
    id: 1,
    ownerId: ticket.owner === null ? null : agentId(ticket.owner),
    inboxId: number('inbox', ticket.inbox),
    channel: ticket.channel,
    category: 'customer',
    customerId: number('customer', ticket.customer),
    tagIds: ticket.tags.map((tag) => number('tag', tag)),
    confidentialTagIds: [],
    isPersonal: false,
    fallbackTeamId: teamId(ticket.team),
  }
}

export function worldOf({ agents, absences }: RefWorld, at: number): CoverWorld {
  const byId = new Map(agents.map((agent) => [agentId(agent.id), agent]))
  const running = absences
    .map((absence, index) => ({ ...absence, id: index + 1 }))
    .filter(({ start, end, cancelled }) => !cancelled && start <= at && (end === null || at < end))
  const away = (id: number) => running.filter((absence) => agentId(absence.agent) === id)
  return {
    isActive: (id) => byId.get(id)?.active ?? false,
    isAway: (id) => away(id).length > 0,
    mayWorkIn: (id, inboxId) => byId.get(id)?.inboxes.some((inbox) => number('inbox', inbox) === inboxId) ?? false,
    isCapped: (id) => (byId.get(id)?.cap ?? null) !== null,
    isFull: (id) => (byId.get(id)?.cap ?? null) !== null && byId.get(id)!.load >= byId.get(id)!.cap!,
    rulesOf: (id) => inOrder(away(id).flatMap((absence) => absence.rules.map((rule, index) => ruleOf(rule, absence.id, index)))),
    absenceOf: (id) => away(id)[0]?.id ?? null,
    isTakenBack: () => false,
  }
}

function ruleOf({ cover, scope, pos }: RefRule, absenceId: number, index: number): CoverRule {
  const kind = cover === 'none' ? 'none' : cover.startsWith('t:') ? 'team' : 'agent'
  return {
    id: absenceId * 100 + index,
    absenceId,
    position: pos,
    scope: {
      inbox: scope.inbox.map((one) => number('inbox', one)),
      channel: scope.channel,
      tag: scope.tag.map((one) => number('tag', one)),
      customer: scope.customer.map((one) => number('customer', one)),
    },
    cover: kind === 'none' ? { kind } : kind === 'team' ? { kind, id: teamId(cover) } : { kind, id: agentId(cover.slice(2)) },
    newTickets: 'cover_owns',
  }
}

/** Numbers that look thrown and are the same in every run (mulberry32). */
export function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const upTo = (most: number) => Math.floor(next() * (most + 1))
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length - 1)]
  const some = <T>(items: readonly T[], least: number, most: number): T[] => {
    const left = [...items]
    return Array.from({ length: least + upTo(most - least) }, () => left.splice(upTo(left.length - 1), 1)[0])
  }
  return { next, upTo, pick, some }
}

const AGENTS = ['A', 'B', 'C', 'D', 'E', 'F']
const INBOXES = ['info', 'sales', 'rma']

/** A world like those of the reference model's own property test, with every kind of scope besides. */
export function randomWorld({ next, upTo, pick, some }: ReturnType<typeof dice>): { world: RefWorld; ticket: RefTicket; at: number } {
  const agents = AGENTS.map((id) => ({ id, active: next() > 0.15, inboxes: some(INBOXES, 1, 3), cap: pick([null, null, 3]), load: upTo(4) }))
  const narrow = <T>(items: readonly T[]) => (next() < 0.25 ? some(items, 1, items.length) : [])
  const absences = Array.from({ length: upTo(8) }, () => ({
    agent: pick(AGENTS),
    start: upTo(9),
    end: pick([null, 1 + upTo(19)]),
    cancelled: next() < 0.05,
    rules: Array.from({ length: upTo(3) }, () => ({
      cover: pick([...AGENTS.map((id) => `a:${id}`), 't:x', 'none']),
      scope: { inbox: some(INBOXES, 0, 2), channel: narrow(['chat', 'mail']), tag: narrow(['vip', 'hr']), customer: narrow(['c1', 'c2']) },
      pos: upTo(3),
    })),
  }))
  const ticket = { owner: pick(AGENTS), inbox: pick(INBOXES), channel: pick(['chat', 'mail']), tags: some(['vip', 'hr'], 0, 2), customer: pick(['c1', 'c2', 'c3']), team: 't:support' }
  return { world: { agents, absences }, ticket, at: upTo(20) }
}
