import { reading } from '#support/transaction'
import type { CoverableTicket, Engaged } from './resolver.js'
import type { World } from './world.js'

/** While a ticket has one of these, somebody has to look after it. */
export const UNFINISHED: readonly string[] = ['new', 'open', 'pending', 'snoozed']

/** What the resolver and the settling read of a ticket. */
export interface StandingTicket extends CoverableTicket {
  readonly id: number
  readonly teamId: number | null
  readonly isFinished: boolean
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly coverageId: number | null
  readonly engaged: OpenCoverage | null
}

/** The overlay that stands on a ticket, as its row tells. */
export interface OpenCoverage extends Engaged {
  readonly id: number
  readonly absenceId: number | null
  readonly because: string
  readonly path: string
  /** When its absence ends, and whether it was called off; ms. */
  readonly endsAt: number | null
  readonly cancelled: boolean
}

/** The part of a ticket's model or row that is given when the ticket itself is at hand. */
export interface TicketPlace {
  readonly id?: number | null
  readonly ownerId: number | null
  readonly teamId: number | null
  readonly inboxId: number
  readonly channel: string
  readonly category: string
  readonly customerId: number
}

/** A ticket as the resolver sees it. */
export function coverable(place: TicketPlace, world: World, tags: readonly { id: number; confidential: boolean }[] = []): CoverableTicket {
  const { ownerId, teamId, inboxId, channel, category, customerId } = place
  return {
    id: place.id ?? null,
    ownerId,
    inboxId,
    channel,
    category,
    customerId,
    tagIds: tags.map(({ id }) => id),
    confidentialTagIds: tags.filter(({ confidential }) => confidential).map(({ id }) => id),
    isPersonal: world.isPersonal(inboxId),
    fallbackTeamId: teamId ?? world.fallbackTeam(inboxId, ownerId),
  }
}

/** Reads tickets with their tags and overlays; three queries for any number. */
export async function readStanding(ids: readonly number[], world: World): Promise<StandingTicket[]> {
  if (ids.length === 0) return []
  const db = reading()
  const rows = await db
    .from('tickets')
    .whereIn('id', [...ids])
    .orderBy('id')
    .select('id', 'status', 'merged_into_id', 'owner_id', 'team_id', 'acting_id', 'acting_team_id', 'coverage_id', 'inbox_id', 'channel', 'category', 'customer_id')
  const tags = await tagsOf(ids)
  const open = await db
    .from('coverages')
    .leftJoin('absences', 'absences.id', 'coverages.absence_id')
    .whereIn('coverages.ticket_id', [...ids])
    .whereNull('coverages.released_at')
    .select('coverages.*', 'absences.ends_at', 'absences.state as absence_state')
  const engaged = new Map(open.map((row) => [row.ticket_id as number, openCoverage(row)]))

  return rows.map((row) => ({
    ...coverable(placeOf(row), world, tags.get(row.id)),
    id: row.id,
    teamId: row.team_id,
    isFinished: !UNFINISHED.includes(row.status) || row.merged_into_id !== null,
    actingId: row.acting_id,
    actingTeamId: row.acting_team_id,
    coverageId: row.coverage_id,
    engaged: engaged.get(row.id) ?? null,
  }))
}

export async function tagsOf(ids: readonly number[]): Promise<Map<number, { id: number; confidential: boolean }[]>> {
  const rows = await reading().from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').whereIn('ticket_id', [...ids]).select('ticket_id', 'tags.id', 'tags.confidential')
  const found = new Map<number, { id: number; confidential: boolean }[]>()
  for (const { ticket_id: ticketId, id, confidential } of rows) found.set(ticketId, [...(found.get(ticketId) ?? []), { id, confidential: Number(confidential) === 1 }])
  return found
}

function placeOf(row: any): TicketPlace {
  return { id: row.id, ownerId: row.owner_id, teamId: row.team_id, inboxId: row.inbox_id, channel: row.channel, category: row.category, customerId: row.customer_id }
}

function openCoverage(row: any): OpenCoverage {
  return {
    id: row.id,
    ownerId: row.owner_id,
    actingId: row.acting_id,
    actingTeamId: row.acting_team_id,
    ruleId: row.rule_id,
    absenceId: row.absence_id,
    because: row.because,
    path: row.path,
    endsAt: row.ends_at === null ? null : Number(row.ends_at),
    cancelled: row.absence_state === 'cancelled',
  }
}
