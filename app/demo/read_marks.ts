import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { markRead } from '#tickets/reading'
import type { Desk } from './desk.js'

const NEWS_MS = 20 * 3_600_000

/** Who has read what: everybody what is older than a day, of finished tickets the owner and the first account. */
export async function markAllRead(desk: Desk) {
  const tickets = await db
    .from('tickets')
    .leftJoin('messages', 'messages.ticket_id', 'tickets.id')
    .where('messages.created_at', '<', nowMs() - NEWS_MS)
    .groupBy('tickets.id', 'tickets.owner_id', 'tickets.status')
    .select('tickets.id', 'tickets.owner_id', 'tickets.status')
    .max('messages.id as last')
  const first = desk.agents[0].agent.id
  for (const { id, owner_id: ownerId, status, last } of tickets) {
    const readers = ['closed', 'spam'].includes(status) ? new Set([first, ownerId ?? first]) : desk.agents.map(({ agent }) => agent.id)
    for (const reader of readers) await markRead(reader, id, { messageId: last, noteId: 0 })
  }
}
