import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { whoWouldCoverAll } from '../coverage/coverage.js'
import { UNFINISHED } from '../coverage/coverable.js'
import type Absence from './absence.js'

export type Why = 'overdue' | 'scheduled' | 'snoozed' | 'waiting' | 'pending'

/** One thing to think of before leaving. */
export interface Duty {
  readonly ticketId: number
  readonly subject: string
  readonly customer: string
  readonly why: Why
  /** When it was promised, or since when somebody waits; ms. */
  readonly at: number | null
  readonly messageId: number | null
  /** Who gets it meanwhile; both null: nobody. */
  readonly coverAgentId: number | null
  readonly coverTeamId: number | null
}

const MOST = 200
/** An answer that is owed longer than this is said to be overdue; ms. */
const OVERDUE_MS = 86_400_000

/**
 * What somebody should look at before going: what is overdue, replies that leave by themselves
 * meanwhile, what returns from a snooze, who waits for us, and whom we wait for (R307).
 */
export async function checklistOf(absence: Absence): Promise<{ duties: readonly Duty[]; more: boolean }> {
  const db = reading()
  const [from, to] = [absence.startsAt.toMillis(), absence.endsAt?.toMillis() ?? Number.MAX_SAFE_INTEGER]
  const rows = await db
    .from('tickets')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .where('tickets.owner_id', absence.agentId)
    .whereIn('tickets.status', [...UNFINISHED])
    .orderBy('tickets.due_from')
    .orderBy('tickets.id')
    .limit(MOST + 1)
    .select('tickets.id', 'tickets.subject', 'tickets.status', 'tickets.due_at', 'tickets.waiting_since_at', 'tickets.snoozed_until', 'customers.name as customer')
    .select('tickets.team_id', 'tickets.inbox_id', 'tickets.channel', 'tickets.category', 'tickets.customer_id')
  const scheduled = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .where({ 'messages.author_kind': 'agent', 'messages.author_id': String(absence.agentId) })
    .whereIn('deliveries.state', ['pending', 'held'])
    .where('deliveries.due_at', '>=', from)
    .where('deliveries.due_at', '<', to)
    .select('messages.ticket_id', 'messages.id as message_id', 'deliveries.due_at')
  const page = rows.slice(0, MOST)
  const covers = await whoWouldCoverAll(page.map((row) => ({ id: row.id, ownerId: absence.agentId, teamId: row.team_id, inboxId: row.inbox_id, channel: row.channel, category: row.category, customerId: row.customer_id })), Math.max(from, nowMs()))

  const duties = page.map((row): Duty => {
    const reply = scheduled.find((one) => one.ticket_id === row.id)
    const at = row.waiting_since_at === null ? null : Number(row.waiting_since_at)
    const late = (row.due_at !== null && Number(row.due_at) < nowMs()) || (at !== null && nowMs() - at > OVERDUE_MS)
    const why: Why = reply ? 'scheduled' : row.status === 'snoozed' ? 'snoozed' : row.status === 'pending' ? 'pending' : late ? 'overdue' : 'waiting'
    const verdict = covers.get(row.id)
    return {
      ticketId: row.id,
      subject: row.subject,
      customer: row.customer,
      why,
      at: reply ? Number(reply.due_at) : row.status === 'snoozed' ? Number(row.snoozed_until) : at,
      messageId: reply?.message_id ?? null,
      coverAgentId: verdict?.agentId ?? null,
      coverTeamId: verdict?.agentId ? null : (verdict?.teamId ?? null),
    }
  })
  const order: Why[] = ['overdue', 'scheduled', 'snoozed', 'waiting', 'pending']
  return { duties: duties.sort((a, b) => order.indexOf(a.why) - order.indexOf(b.why)), more: rows.length > MOST }
}
