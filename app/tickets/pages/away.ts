import type { Away } from '#routing/absence/away_now'
import { World } from '#routing/coverage/world'
import { coverable } from '#routing/coverage/coverable'
import { resolve } from '#routing/coverage/resolver'
import type { Directory } from './directory.js'
import type { Sheet } from './sheet.js'

/** Of those who are away, who would stand in on this ticket: the substitute's or team's name, null where nobody would. */
export type Covers = ReadonlyMap<number, string | null>

type Place = Pick<Sheet, 'id' | 'channel' | 'category' | 'ownerId' | 'customer' | 'inbox' | 'team'>

/** What is said beside a colleague's name where one is mentioned (B9). No query while everybody is here. */
export async function awayFor(sheet: Place, people: Directory, away: ReadonlyMap<number, Away>): Promise<Covers> {
  if (away.size === 0) return new Map()
  const world = await World.read()
  return new Map(
    [...away.keys()].map((id) => {
      const place = { ownerId: id, teamId: sheet.team?.id ?? null, inboxId: sheet.inbox.id, channel: sheet.channel, category: sheet.category, customerId: sheet.customer.id }
      const verdict = resolve(coverable(place, world), world)
      const name = verdict.agentId !== null ? people.agents.get(verdict.agentId)?.name : verdict.teamId !== null && verdict.because === 'covered' ? people.teams.get(verdict.teamId)?.name : null
      return [id, name ?? null]
    })
  )
}
