import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import type { Directory } from './directory.js'

/** A presence older than this has left; the page beats every fifteen seconds. */
export const PRESENT_FOR_MS = 30_000

/** What the head of a ticket shows: plain values, no model. Times are ms UTC. */
export type Sheet = Awaited<ReturnType<typeof readSheet>>

/** Reads the ticket's head for one reader. Two queries. */
export async function readSheet(ticketId: number, reader: { id: number }, { agents, teams }: Directory) {
  const row = await db
    .from('tickets')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .join('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .where('tickets.id', ticketId)
    .select('tickets.*', 'customers.name as customer_name', 'customers.language as customer_language', 'inboxes.name as inbox_name', 'inboxes.address as inbox_address', 'inboxes.undo_seconds')
    .select(db.from('addresses').whereColumn('addresses.customer_id', 'tickets.customer_id').orderBy('addresses.id').limit(1).select('value').as('customer_address'))
    .firstOrFail()

  const extras = await db
    .from('ticket_tags')
    .join('tags', 'tags.id', 'ticket_tags.tag_id')
    .where('ticket_tags.ticket_id', ticketId)
    .select('tags.id as id', 'tags.name as name', db.raw(`'tag' as what`))
    .unionAll(presencesOf(ticketId, reader))

  return {
    id: row.id as number,
    subject: row.subject as string,
    status: row.status as string,
    pendingOn: row.pending_on as string | null,
    priority: row.priority as string,
    category: row.category as string,
    channel: row.channel as string,
    language: (row.language ?? row.customer_language) as string | null,
    version: row.version as number,
    messageCount: row.message_count as number,
    inbox: { id: row.inbox_id as number, name: row.inbox_name as string, address: row.inbox_address as string | null, undoSeconds: Number(row.undo_seconds) },
    customer: { id: row.customer_id as number, name: (row.customer_name || row.customer_address || `#${row.customer_id}`) as string, address: row.customer_address as string | null },
    owner: row.owner_id ? (agents.get(row.owner_id) ?? null) : null,
    acting: row.acting_id ? (agents.get(row.acting_id) ?? null) : null,
    team: row.team_id ? (teams.get(row.team_id) ?? null) : null,
    /** Null too when we have answered: nobody waits then. */
    waitingSinceAt: Number(row.last_agent_message_at ?? 0) >= Number(row.last_customer_message_at ?? 1) ? null : moment(row.waiting_since_at),
    snoozedUntil: moment(row.snoozed_until),
    resolvedAt: moment(row.resolved_at),
    closedAt: moment(row.closed_at),
    dueAt: moment(row.due_at),
    createdAt: Number(row.created_at),
    mergedIntoId: row.merged_into_id as number | null,
    followUpOfId: row.follow_up_of_id as number | null,
    customerUnsure: row.customer_unsure_at !== null,
    tags: extras.filter(({ what }) => what === 'tag').map(({ id, name }) => ({ id: id as number, name: name as string })).sort((a, b) => a.name.localeCompare(b.name)),
    present: extras.filter(({ what }) => what !== 'tag').map(({ id, name, what }) => ({ id: id as number, name: name as string, activity: what as string })),
  }
}

/** Colleagues who look at the ticket or write in it now; never the reader. */
export function presencesOf(ticketId: number, reader: { id: number }) {
  return db
    .from('presences')
    .join('agents', 'agents.id', 'presences.agent_id')
    .where('presences.ticket_id', ticketId)
    .where('presences.seen_at', '>', nowMs() - PRESENT_FOR_MS)
    .whereNot('presences.agent_id', reader.id)
    .select('agents.id as id', 'agents.name as name', 'presences.activity as what')
}

function moment(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
