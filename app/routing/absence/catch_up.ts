import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'
import { stillPlanned } from '#tickets/planned'
import { UNFINISHED } from '../coverage/coverable.js'
import type Absence from './absence.js'

/** One ticket on the page of somebody who comes back. */
export interface CaughtTicket {
  readonly id: number
  readonly subject: string
  readonly customer: string
  readonly status: string
  readonly inboxId: number
  /** Who worked on it last in his place. */
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly ownerId: number | null
  readonly waitingSinceAt: number | null
  /** Replies that were sent meanwhile, and notes that were written. */
  readonly replies: number
  readonly notes: readonly { readonly authorId: number | null; readonly text: string; readonly at: number }[]
}

export interface CatchUp {
  /** Substitutes kept these for good. */
  readonly kept: readonly CaughtTicket[]
  readonly finished: readonly CaughtTicket[]
  readonly answered: readonly CaughtTicket[]
  /** A date was promised to somebody. */
  readonly promised: readonly CaughtTicket[]
  /** Customers wait for an answer. */
  readonly waiting: readonly CaughtTicket[]
  readonly quiet: number
  /** More than fit. */
  readonly more: boolean
}

const MOST = 300

/**
 * What happened to an agent's tickets while he was away: each ticket stands once, where it matters most.
 *
 * @param access - the inboxes that the reader may see
 */
export async function catchUpOn(absence: Absence, access: readonly number[] | 'all' = 'all'): Promise<CatchUp> {
  const db = reading()
  const since = absence.startsAt.toMillis()
  const until = absence.endedAt?.toMillis() ?? nowMs()
  const coverages = await db.from('coverages').where('absence_id', absence.id).orderBy('id', 'desc').select('ticket_id', 'acting_id', 'acting_team_id', 'release_reason').limit(MOST * 3)
  const last = new Map<number, { actingId: number | null; actingTeamId: number | null; kept: boolean }>()
  for (const row of coverages) {
    const known = last.get(row.ticket_id)
    last.set(row.ticket_id, known ? { ...known, kept: known.kept || row.release_reason === 'kept' } : { actingId: row.acting_id, actingTeamId: row.acting_team_id, kept: row.release_reason === 'kept' })
  }
  const ids = [...last.keys()].slice(0, MOST)
  if (ids.length === 0) return { kept: [], finished: [], answered: [], promised: [], waiting: [], quiet: 0, more: false }

  const tickets = await db
    .from('tickets')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .whereIn('tickets.id', ids)
    .orderBy('tickets.id')
    .select('tickets.id', 'tickets.subject', 'tickets.status', 'tickets.inbox_id', 'tickets.owner_id', 'tickets.waiting_since_at', 'tickets.last_customer_message_at', 'tickets.last_agent_message_at', 'tickets.snoozed_until', 'customers.name as customer')
  const replies = await db.from('messages').whereIn('ticket_id', ids).where('kind', 'reply').whereBetween('created_at', [since, until]).groupBy('ticket_id').select('ticket_id').count('* as total')
  const notes = await db.from('notes').whereIn('ticket_id', ids).whereNull('deleted_at').whereBetween('created_at', [since, until]).orderBy('id').select('ticket_id', 'author_kind', 'author_id', 'text', 'created_at')
  const scheduled = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .whereIn('messages.ticket_id', ids)
    .where(stillPlanned)
    .select('messages.ticket_id')
  const promisedIds = new Set(scheduled.map((row) => row.ticket_id as number))

  const lists: Record<'kept' | 'finished' | 'answered' | 'promised' | 'waiting', CaughtTicket[]> = { kept: [], finished: [], answered: [], promised: [], waiting: [] }
  let quiet = 0
  for (const row of tickets.filter(({ inbox_id: inboxId }) => access === 'all' || access.includes(inboxId))) {
    const { actingId, actingTeamId, kept } = last.get(row.id)!
    const written = notes.filter((note) => note.ticket_id === row.id)
    const sent = Number(replies.find((reply) => reply.ticket_id === row.id)?.total ?? 0)
    const ticket: CaughtTicket = {
      id: row.id,
      subject: row.subject,
      customer: row.customer,
      status: row.status,
      inboxId: row.inbox_id,
      actingId,
      actingTeamId,
      ownerId: row.owner_id,
      waitingSinceAt: row.waiting_since_at === null ? null : Number(row.waiting_since_at),
      replies: sent,
      notes: written.map((note) => ({ authorId: note.author_kind === 'agent' ? Number(note.author_id) : null, text: note.text, at: Number(note.created_at) })),
    }
    const waits = ['new', 'open'].includes(row.status) && Number(row.last_customer_message_at ?? 0) > Number(row.last_agent_message_at ?? 0)
    if (kept && row.owner_id !== absence.agentId) lists.kept.push(ticket)
    else if (!UNFINISHED.includes(row.status)) lists.finished.push(ticket)
    else if (waits) lists.waiting.push(ticket)
    else if (promisedIds.has(row.id) || row.status === 'snoozed') lists.promised.push(ticket)
    else if (sent > 0 || written.length > 0) lists.answered.push(ticket)
    else quiet++
  }
  return { ...lists, quiet, more: last.size > MOST }
}

/** The absences that somebody has come back from and not yet looked through; the newest first. */
export async function openCatchUps(agentId: number): Promise<{ id: number; endedAt: number; tickets: number }[]> {
  const rows = await reading()
    .from('absences')
    .where({ agent_id: agentId, state: 'ended' })
    .whereNull('caught_up_at')
    .where('ended_at', '>', nowMs() - 30 * 86_400_000)
    .whereExists((covered) => covered.from('coverages').whereColumn('coverages.absence_id', 'absences.id'))
    .orderBy('ended_at', 'desc')
    .select('id', 'ended_at')
    .select(reading().from('coverages').whereColumn('coverages.absence_id', 'absences.id').countDistinct('ticket_id as total').as('tickets'))
  return rows.map((row) => ({ id: row.id, endedAt: Number(row.ended_at), tickets: Number(row.tickets) }))
}

/** The agent has looked through it; it is offered no more. */
export async function caughtUp(absence: Absence, cause: Cause) {
  await transaction(async (trx) => {
    const done = await trx.from('absences').where('id', absence.id).whereNull('caught_up_at').update({ caught_up_at: nowMs() })
    if (Number(done) === 1) await record('absence:caught_up', { absenceId: absence.id, agentId: absence.agentId }, cause)
  })
}
