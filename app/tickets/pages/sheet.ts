import db from '@adonisjs/lucid/services/db'
import { stillWaits } from '#routing/handover/handover_list'
import { nowMs } from '#support/clock'
import type { Envelope } from '#tickets/message_parts'
import { UNTIL_ANSWER } from '#tickets/ticket/snoozable'
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
    .select('tickets.*', 'customers.name as customer_name', 'customers.language as customer_language', 'customers.picture_sha256', 'inboxes.name as inbox_name', 'inboxes.address as inbox_address', 'inboxes.undo_seconds', 'inboxes.config as inbox_config')
    .leftJoin('reads', (join) => join.on('reads.ticket_id', 'tickets.id').andOnVal('reads.agent_id', reader.id))
    .select('reads.last_message_id as read_message_id', 'reads.last_note_id as read_note_id')
    .select(db.from('addresses').whereColumn('addresses.customer_id', 'tickets.customer_id').orderBy('addresses.id').limit(1).select('value').as('customer_address'))
    .firstOrFail()

  const extras = await db
    .from('ticket_tags')
    .join('tags', 'tags.id', 'ticket_tags.tag_id')
    .where('ticket_tags.ticket_id', ticketId)
    .select('tags.id as id', 'tags.name as name', db.raw(`'tag' as what`), db.raw('null as text'), db.raw('null as envelope'))
    .unionAll([presencesOf(ticketId, reader), draftsOf(ticketId, reader), handoversOf(ticketId)])

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
    inbox: { id: row.inbox_id as number, name: row.inbox_name as string, address: row.inbox_address as string | null, undoSeconds: Number(row.undo_seconds), channel: row.channel as string, config: row.inbox_config as string },
    customer: { id: row.customer_id as number, name: (row.customer_name || row.customer_address || `#${row.customer_id}`) as string, address: row.customer_address as string | null, hasPicture: row.picture_sha256 !== null },
    owner: row.owner_id ? (agents.get(row.owner_id) ?? null) : null,
    acting: row.acting_id ? (agents.get(row.acting_id) ?? null) : null,
    actingTeam: row.acting_team_id ? (teams.get(row.acting_team_id) ?? null) : null,
    team: row.team_id ? (teams.get(row.team_id) ?? null) : null,
    /** Null too when we have answered: nobody waits then. */
    waitingSinceAt: Number(row.last_agent_message_at ?? 0) >= Number(row.last_customer_message_at ?? 1) ? null : moment(row.waiting_since_at),
    /** Until when an answer by this channel is free; null where there is no such window. */
    windowUntilAt: moment(row.window_until_at),
    windowPersonUntilAt: moment(row.window_person_until_at),
    snoozedUntil: moment(row.snoozed_until),
    untilAnswer: row.snoozed_until !== null && Number(row.snoozed_until) >= UNTIL_ANSWER.toMillis(),
    remindAt: moment(row.remind_at),
    resolvedAt: moment(row.resolved_at),
    closedAt: moment(row.closed_at),
    dueAt: moment(row.due_at),
    createdAt: Number(row.created_at),
    mergedIntoId: row.merged_into_id as number | null,
    sideOfId: row.side_of_id as number | null,
    snoozeNote: row.snooze_note as string | null,
    actingTeamId: row.acting_team_id as number | null,
    ownerId: row.owner_id as number | null,
    followUpOfId: row.follow_up_of_id as number | null,
    possiblyOfId: row.possibly_of_id as number | null,
    automationStopped: row.automation_stopped_at !== null,
    customerUnsure: row.customer_unsure_at !== null,
    tags: extras.filter(({ what }) => what === 'tag').map(({ id, name }) => ({ id: Number(id), name: name as string })).sort((a, b) => a.name.localeCompare(b.name)),
    read: { messageId: Number(row.read_message_id ?? 0), noteId: Number(row.read_note_id ?? 0) },
    drafts: extras.filter(({ what }) => what === 'draft').map(({ id, name, text, envelope }) => ({ kind: name as string, text: text as string, envelope: envelope ? (JSON.parse(envelope) as Envelope) : null, savedAt: Number(id) })),
    /** Questions and hand-overs that wait for somebody. */
    handovers: extras.filter(({ what }) => what === 'handover').map(handoverOf).sort((a, b) => a.id - b.id),
    present: extras.filter(({ what }) => !['tag', 'draft', 'handover'].includes(what)).map(({ id, name, what }) => ({ id: Number(id), name: name as string, activity: what as string })),
  }
}

/** Colleagues who look at the ticket or write in it now; never the reader. */
function presencesOf(ticketId: number, reader: { id: number }) {
  return db
    .from('presences')
    .join('agents', 'agents.id', 'presences.agent_id')
    .where('presences.ticket_id', ticketId)
    .where('presences.seen_at', '>', nowMs() - PRESENT_FOR_MS)
    .whereNot('presences.agent_id', reader.id)
    .select('agents.id as id', 'agents.name as name', 'presences.activity as what', db.raw('null as text'), db.raw('null as envelope'))
}

function draftsOf(ticketId: number, reader: { id: number }) {
  return db.from('drafts').where({ ticket_id: ticketId, agent_id: reader.id }).select('updated_at as id', 'kind as name', db.raw(`'draft' as what`), 'text', 'envelope')
}

/** What was handed over or asked here and still waits for its receiver; several columns in one, to stay one query. */
function handoversOf(ticketId: number) {
  return stillWaits(db.from('handovers').where('handovers.ticket_id', ticketId))
    .leftJoin('notes', (join) => join.on('notes.id', 'handovers.note_id').andOnNull('notes.deleted_at'))
    .select('handovers.id as id', db.raw(`handovers.kind || '|' || handovers.moved || '|' || handovers.to_kind || '|' || handovers.to_id || '|' || coalesce(handovers.created_by_id, 0) || '|' || coalesce(handovers.due_at, 0) || '|' || handovers.state as name`), db.raw(`'handover' as what`), 'notes.text as text', db.raw('null as envelope'))
}

function handoverOf({ id, name, text }: { id: number | string; name: string; text: string | null }) {
  const [kind, moved, toKind, toId, createdById, dueAt, state] = name.split('|')
  return { id: Number(id), kind: kind!, moved: moved === '1', toKind: toKind as 'agent' | 'team', toId: Number(toId), createdById: Number(createdById) || null, dueAt: Number(dueAt) || null, state: state!, note: text }
}

function moment(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
