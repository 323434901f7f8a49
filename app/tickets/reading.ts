import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'

/**
 * An agent has seen the ticket up to here (R228: who has read what). Written only when it moves
 * forward, so that looking twice costs no write.
 */
export async function markRead(agentId: number, ticketId: number, upTo: { messageId: number; noteId: number }) {
  const before = await db.from('reads').where({ agent_id: agentId, ticket_id: ticketId }).select('last_message_id', 'last_note_id').first()
  if (before && before.last_message_id >= upTo.messageId && before.last_note_id >= upTo.noteId) return

  await db
    .knexQuery()
    .table('reads')
    .insert({
      agent_id: agentId,
      ticket_id: ticketId,
      last_message_id: Math.max(upTo.messageId, before?.last_message_id ?? 0),
      last_note_id: Math.max(upTo.noteId, before?.last_note_id ?? 0),
      read_at: nowMs(),
    })
    .onConflict(['agent_id', 'ticket_id'])
    .merge()
  await db.from('mentions').where({ agent_id: agentId, ticket_id: ticketId }).whereNull('seen_at').update({ seen_at: nowMs() })
}

/** Shows it as unread again to this agent. */
export async function markUnread(agentId: number, ticketId: number) {
  await db.from('reads').where({ agent_id: agentId, ticket_id: ticketId }).delete()
}

/** Who has read the ticket, newest first, with how far. */
export async function readersOf(ticketId: number): Promise<{ agentId: number; name: string; lastMessageId: number; lastNoteId: number; readAt: number }[]> {
  const rows = await db
    .from('reads')
    .join('agents', 'agents.id', 'reads.agent_id')
    .where('reads.ticket_id', ticketId)
    .orderBy('reads.read_at', 'desc')
    .select('reads.*', 'agents.name')
    .limit(50)
  return rows.map((row) => ({ agentId: row.agent_id, name: row.name, lastMessageId: row.last_message_id, lastNoteId: row.last_note_id, readAt: Number(row.read_at) }))
}
