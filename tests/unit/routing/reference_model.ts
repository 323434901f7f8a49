/*
 * The reference model of substitution, as plain as it can be and with nothing of the product in it:
 * agents are letters, a cover is `a:B`, `t:team` or `none`. tests/fixtures/routing/worlds.json holds
 * answers of the model in another language to hold this port to.
 */

export interface RefScope {
  readonly inbox: readonly string[]
  readonly channel: readonly string[]
  readonly tag: readonly string[]
  readonly customer: readonly string[]
}
export interface RefRule {
  readonly cover: string
  readonly scope: RefScope
  readonly pos: number
}
export interface RefAbsence {
  readonly agent: string
  readonly start: number
  readonly end: number | null
  readonly rules: readonly RefRule[]
  readonly cancelled: boolean
}
export interface RefAgent {
  readonly id: string
  readonly active: boolean
  readonly inboxes: readonly string[]
  readonly cap: number | null
  readonly load: number
}
export interface RefTicket {
  readonly owner: string | null
  readonly inbox: string
  readonly channel: string
  readonly tags: readonly string[]
  readonly customer: string
  readonly team: string
}
export interface RefWorld {
  readonly agents: readonly RefAgent[]
  readonly absences: readonly RefAbsence[]
}

const MAX_DEPTH = 5

/** Who acts: `a:…`, `t:…` or null for the owner himself; by which way; and why. */
export function referenceAnswer({ agents, absences }: RefWorld, ticket: RefTicket, at: number): [string | null, string[], string] {
  const agent = (id: string) => agents.find((one) => one.id === id)
  const away = (id: string) => absences.filter((one) => one.agent === id && !one.cancelled && one.start <= at && (one.end === null || at < one.end))
  const weight = ({ customer, tag, inbox, channel }: RefScope) => 8 * Number(customer.length > 0) + 4 * Number(tag.length > 0) + 2 * Number(inbox.length > 0) + Number(channel.length > 0)
  const rules = (id: string) => {
    const all = away(id).flatMap((absence, index) => absence.rules.map((rule) => ({ rule, index })))
    return all.sort((a, b) => weight(b.rule.scope) - weight(a.rule.scope) || a.rule.pos - b.rule.pos || a.index - b.index).map(({ rule }) => rule)
  }
  const matches = ({ inbox, channel, tag, customer }: RefScope) =>
    (inbox.length === 0 || inbox.includes(ticket.inbox)) &&
    (channel.length === 0 || channel.includes(ticket.channel)) &&
    (tag.length === 0 || tag.some((one) => ticket.tags.includes(one))) &&
    (customer.length === 0 || customer.includes(ticket.customer))

  const walk = (id: string, seen: readonly string[], depth: number): [string, string[]] | null => {
    if (depth > MAX_DEPTH) return null
    for (const rule of rules(id)) {
      if (!matches(rule.scope)) continue
      if (rule.cover === 'none') return ['none', []]
      if (rule.cover.startsWith('t:')) return [rule.cover, [rule.cover]]
      const next = rule.cover.slice(2)
      if (seen.includes(next)) continue
      const person = agent(next)
      if (!person?.active || !person.inboxes.includes(ticket.inbox)) continue
      if (away(next).length > 0) {
        const further = walk(next, [...seen, next], depth + 1)
        if (further && further[0] !== 'none') return [further[0], [next, ...further[1]]]
        continue
      }
      if (person.cap !== null && person.load >= person.cap) continue
      return [rule.cover, [next]]
    }
    return null
  }

  if (ticket.owner === null) return [null, [], 'unowned']
  if (!agent(ticket.owner)?.active) return [ticket.team, [ticket.owner], 'owner inactive']
  if (away(ticket.owner).length === 0) return [null, [], 'owner present']
  const found = walk(ticket.owner, [ticket.owner], 1)
  if (!found) return [ticket.team, [ticket.owner], 'nobody covers: the team + supervisor alarm']
  if (found[0] === 'none') return [null, [], 'explicitly not covered']
  return [found[0], [ticket.owner, ...found[1]], 'covered']
}
