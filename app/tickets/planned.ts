import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import type { Access } from './views.js'

/** Where a page of planned replies ended. */
export interface PlannedCursor {
  readonly due: number
  readonly id: number
}

/**
 * For `where` on `deliveries`: somebody chose a later moment, and it has not come yet or the reply is held.
 * What waits for its next attempt, or for the seconds in which sending can be undone, was promised to nobody.
 */
export function stillPlanned(query: DatabaseQueryBuilderContract) {
  query
    .whereNotNull('deliveries.planned_at')
    .whereIn('deliveries.state', ['pending', 'held'])
    .where((open) => open.where('deliveries.state', 'held').orWhere('deliveries.planned_at', '>', nowMs()))
}

/**
 * The replies that wait for a moment somebody chose, and those that are held, soonest first: rows of
 * `messages` with `delivery_id`, `state`, `due_at`, `planned_at`, the ticket's subject and the inbox's `channel` and `config`. Served by the
 * index of planned deliveries, which stays small whatever the desk's age.
 */
export async function plannedReplies({ access, after, limit }: { access: Access; after: PlannedCursor | null; limit: number }) {
  const query = reading()
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .leftJoin('inboxes', 'inboxes.id', 'messages.inbox_id')
    .where(stillPlanned)
    .orderBy('deliveries.due_at')
    .orderBy('deliveries.id')
    .limit(limit + 1)
    .select('messages.*', 'deliveries.id as delivery_id', 'deliveries.state', 'deliveries.due_at', 'deliveries.planned_at', 'tickets.subject as ticket_subject', 'inboxes.channel', 'inboxes.config')
  if (access !== 'all') query.whereIn('tickets.inbox_id', [...access])
  if (after) query.where((later) => later.where('deliveries.due_at', '>', after.due).orWhere((same) => same.where('deliveries.due_at', after.due).where('deliveries.id', '>', after.id)))
  const rows: Record<string, any>[] = await query
  const last = rows.length > limit ? rows[limit - 1] : null
  return { rows: rows.slice(0, limit), next: last ? { due: Number(last.due_at), id: Number(last.delivery_id) } : null }
}
