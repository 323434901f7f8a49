import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { nowMs } from '#support/clock'
import { WIDE } from '#support/sqlite_wide_rows'
import type { Order } from './cursor.js'
import type { Stage, Status } from './stages.js'

/** A presence older than this is of somebody who left without saying so; ms. */
const PRESENT_FOR = 30_000

/** A ticket as lists show it: plain values, no model. Times are milliseconds since 1970 UTC. */
export interface TicketRow {
  readonly id: number
  readonly subject: string
  readonly preview: string
  readonly status: Status
  readonly stage: Stage
  readonly pendingOn: 'customer' | 'third_party' | null
  readonly priority: string
  readonly category: string
  readonly channel: string
  readonly language: string | null
  readonly custom: Record<string, unknown>
  readonly version: number
  readonly inboxId: number
  readonly inboxName: string
  readonly customerId: number
  /** Empty when unknown; `customerAddress` stands in then. */
  readonly customerName: string
  readonly customerAddress: string | null
  readonly customerEmail: string | null
  readonly customerPhone: string | null
  readonly ownerId: number | null
  readonly ownerName: string | null
  readonly actingId: number | null
  readonly actingName: string | null
  readonly actingTeamId: number | null
  readonly actingTeamName: string | null
  readonly teamId: number | null
  readonly teamName: string | null
  readonly messageCount: number
  readonly noteCount: number
  readonly attachmentCount: number
  /** Messages of the customer that this reader has not seen. */
  readonly unreadCount: number
  readonly waitingSinceAt: number | null
  readonly lastCustomerMessageAt: number | null
  readonly lastAgentMessageAt: number | null
  readonly firstResponseAt: number | null
  readonly dueAt: number | null
  /** When somebody has to look at it next; what `due` sorts by. */
  readonly dueFrom: number
  readonly snoozedUntil: number | null
  /** Until when an answer by the ticket's channel is free; null where it knows no such window. */
  readonly windowUntilAt: number | null
  /** Until when a person may still answer, where that is longer. */
  readonly windowPersonUntilAt: number | null
  readonly resolvedAt: number | null
  readonly closedAt: number | null
  readonly mergedIntoId: number | null
  readonly followUpOfId: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly tags: readonly { readonly id: number; readonly name: string }[]
  /** Colleagues who look at it or write in it now; never the reader. */
  readonly present: readonly { readonly agentId: number; readonly name: string; readonly activity: string }[]
}

/** Reads the tickets of a page of `id` and `place`, with all that a row shows, in the page's order. Two queries. */
export async function readRows(page: DatabaseQueryBuilderContract<any>, { direction }: Order, reader: { id: number }): Promise<TicketRow[]> {
  const query = db
    .query()
    .from(page.as('page'))
    .join('tickets', 'tickets.id', 'page.id')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .join('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .leftJoin('agents as owner', 'owner.id', 'tickets.owner_id')
    .leftJoin('agents as acting', 'acting.id', 'tickets.acting_id')
    .leftJoin('teams as team', 'team.id', 'tickets.team_id')
    .leftJoin('teams as acting_team', 'acting_team.id', 'tickets.acting_team_id')
    .leftJoin('reads', (join) => join.on('reads.ticket_id', 'tickets.id').andOnVal('reads.agent_id', reader.id))
    .select(...COLUMNS, 'customers.name as customer_name', 'inboxes.name as inbox_name')
    .select('owner.name as owner_name', 'acting.name as acting_name', 'team.name as team_name', 'acting_team.name as acting_team_name')
    .select(address('email').as('customer_email'), address('phone').as('customer_phone'), address().as('customer_address'))
    .select(db.raw(`${UNREAD} as unread_count`), 'page.place')
  query.knexQuery.comment(WIDE)
  const rows: any[] = await query

  const sign = direction === 'asc' ? 1 : -1
  rows.sort((a, b) => sign * (Number(a.place) - Number(b.place) || Number(a.id) - Number(b.id)))
  const extras = await extrasOf(rows.map(({ id }) => Number(id)), reader)
  return rows.map((row) => ({ ...readRow(row), tags: extras.tags.get(Number(row.id)) ?? [], present: extras.present.get(Number(row.id)) ?? [] }))
}

/** What a row shows of its ticket; the rest would be carried fifty times over for nothing. */
const COLUMNS = [
  'id', 'subject', 'preview', 'status', 'stage', 'pending_on', 'priority', 'category', 'channel', 'language',
  'custom', 'version', 'inbox_id', 'customer_id', 'owner_id', 'acting_id', 'acting_team_id', 'team_id', 'message_count', 'note_count',
  'attachment_count', 'waiting_since_at', 'last_customer_message_at', 'last_agent_message_at', 'first_response_at', 'due_at', 'due_from', 'snoozed_until', 'window_until_at', 'window_person_until_at',
  'resolved_at', 'closed_at', 'merged_into_id', 'follow_up_of_id', 'created_at', 'updated_at',
].map((name) => `tickets.${name}`)

// Messages are counted only where the ticket itself says that there is something new.
const UNREAD = `CASE WHEN tickets.last_inbound_id > coalesce(reads.last_message_id, 0)
  THEN (SELECT count(*) FROM messages WHERE messages.ticket_id = tickets.id AND messages.id > coalesce(reads.last_message_id, 0) AND messages.kind = 'inbound')
  ELSE 0 END`

function address(kind?: 'email' | 'phone') {
  const query = db.query().from('addresses').whereColumn('addresses.customer_id', 'tickets.customer_id').select('value').orderBy('addresses.id').limit(1)
  return kind ? query.where('kind', kind) : query
}

/** Tags and colleagues of the page's tickets in one query. */
async function extrasOf(ids: readonly number[], reader: { id: number }) {
  const tags = new Map<number, { id: number; name: string }[]>()
  const present = new Map<number, { agentId: number; name: string; activity: string }[]>()
  if (ids.length === 0) return { tags, present }

  const rows: any[] = await db
    .query()
    .from('ticket_tags')
    .join('tags', 'tags.id', 'ticket_tags.tag_id')
    .whereIn('ticket_id', [...ids])
    .select('ticket_id', 'tags.id as id', 'tags.name as name')
    .select(db.raw('NULL as activity'))
    .unionAll(
      db
        .query()
        .from('presences')
        .join('agents', 'agents.id', 'presences.agent_id')
        .whereIn('ticket_id', [...ids])
        .whereNot('agent_id', reader.id)
        .where('seen_at', '>', nowMs() - PRESENT_FOR)
        .select('ticket_id', 'agents.id as id', 'agents.name as name', 'activity')
    )

  for (const { ticket_id: ticketId, id, name, activity } of rows) {
    if (activity === null) add(tags, ticketId, { id, name })
    else add(present, ticketId, { agentId: id, name, activity })
  }
  for (const some of tags.values()) some.sort((a, b) => a.name.localeCompare(b.name))
  return { tags, present }
}

function add<T>(lists: Map<number, T[]>, key: number, item: T) {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

function readRow(row: any): Omit<TicketRow, 'tags' | 'present'> {
  return {
    id: row.id,
    subject: row.subject,
    preview: row.preview,
    status: row.status,
    stage: row.stage,
    pendingOn: row.pending_on,
    priority: row.priority,
    category: row.category,
    channel: row.channel,
    language: row.language,
    custom: row.custom ? JSON.parse(row.custom) : {},
    version: row.version,
    inboxId: row.inbox_id,
    inboxName: row.inbox_name,
    customerId: row.customer_id,
    customerName: row.customer_name,
    customerAddress: row.customer_address,
    customerEmail: row.customer_email,
    customerPhone: row.customer_phone,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    actingId: row.acting_id,
    actingName: row.acting_name,
    actingTeamId: row.acting_team_id,
    actingTeamName: row.acting_team_name,
    teamId: row.team_id,
    teamName: row.team_name,
    messageCount: row.message_count,
    noteCount: row.note_count,
    attachmentCount: row.attachment_count,
    unreadCount: Number(row.unread_count),
    waitingSinceAt: row.waiting_since_at,
    lastCustomerMessageAt: row.last_customer_message_at,
    lastAgentMessageAt: row.last_agent_message_at,
    firstResponseAt: row.first_response_at,
    dueAt: row.due_at,
    dueFrom: row.due_from,
    snoozedUntil: row.snoozed_until,
    windowUntilAt: row.window_until_at === null ? null : Number(row.window_until_at),
    windowPersonUntilAt: row.window_person_until_at === null ? null : Number(row.window_person_until_at),
    resolvedAt: row.resolved_at,
    closedAt: row.closed_at,
    mergedIntoId: row.merged_into_id,
    followUpOfId: row.follow_up_of_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
