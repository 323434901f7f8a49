import type { I18n } from '@adonisjs/i18n'
import { reading } from '#support/transaction'
import { name, object, oneOf } from '../schema.js'
import { after, type Place } from '../places.js'
import { eventSchema, eventsJson } from './event.js'
import { messageSchema, messagesJson } from './message.js'
import { noteSchema, notesJson, notesOf } from './note.js'

/** One entry of the merged thread: its `kind`, and under its own name what it is. */
export const entrySchema = name('ThreadEntry', {
  type: 'object',
  properties: { ...object({ kind: oneOf('inbound', 'reply', 'auto_reply', 'bounce', 'call', 'note', 'event') }).properties as object, message: messageSchema, note: noteSchema, event: eventSchema },
  required: ['kind'],
  additionalProperties: false,
})

/** Events that only say that an entry was added, which is there itself. */
const TOLD_ALREADY = ['message:received', 'message:queued', 'note:added']

type Found = Place & { readonly kind: 'message' | 'note' | 'event'; readonly row: Record<string, any> }

/**
 * Messages, notes and events of a ticket merged in time order; for agents only.
 *
 * @returns at most `limit` entries after `from`, and where the next page begins.
 */
export async function threadJson(ticketId: number, from: Place | null, limit: number, i18n: I18n) {
  const db = reading()
  const messages = await after(db.from('messages').where('ticket_id', ticketId), 'created_at', 1, from, limit + 1)
  const notes = await after(notesOf(ticketId), 'created_at', 2, from, limit + 1)
  const events = await after(db.from('events').where('ticket_id', ticketId).whereNotIn('name', TOLD_ALREADY), 'at', 3, from, limit + 1)

  const found: Found[] = [
    ...messages.map((row) => ({ at: Number(row.created_at), rank: 1, id: row.id, kind: 'message' as const, row })),
    ...notes.map((row) => ({ at: Number(row.created_at), rank: 2, id: row.id, kind: 'note' as const, row })),
    ...events.map((row) => ({ at: Number(row.at), rank: 3, id: Number(row.id), kind: 'event' as const, row })),
  ].sort((a, b) => a.at - b.at || a.rank - b.rank || a.id - b.id)

  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { data: await entries(shown, i18n), next: found.length > limit && last ? { at: last.at, rank: last.rank, id: last.id } : null }
}

async function entries(found: readonly Found[], i18n: I18n) {
  const of = (kind: Found['kind']) => found.filter((entry) => entry.kind === kind).map((entry) => entry.row)
  const queues = {
    message: await messagesJson(of('message'), i18n),
    note: await notesJson(of('note')),
    event: await eventsJson(of('event')),
  }
  return found.map(({ kind, row }) => ({ kind: kind === 'message' ? row.kind : kind, [kind]: queues[kind].shift() }))
}
