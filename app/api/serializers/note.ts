import { reading } from '#support/transaction'
import { id, idOf, iso, listOf, name, nullable, object, text, time } from '../schema.js'
import { attachmentSchema, attachmentsOf } from './attachment.js'
import { actorSchema, namesOf } from './author.js'

/* For agents only. Nothing that builds what a customer sees imports this file. */

export const noteSchema = name(
  'Note',
  object({ id, ticket_number: id, author: actorSchema, text: text(), attachments: listOf(attachmentSchema), created_at: time, edited_at: nullable(time) })
)

/** Rows of `notes` as the API tells them to agents. */
export async function notesJson(rows: readonly Record<string, any>[]) {
  const attachments = await attachmentsOf('note_id', rows.map((row) => row.id))
  const nameOf = await namesOf(rows.map((row) => ({ kind: row.author_kind, id: row.author_id })))
  return rows.map((row) => ({
    id: idOf(row.id as number),
    ticket_number: idOf(row.ticket_id as number),
    author: { type: row.author_kind, id: idOf(row.author_id as string | null), name: nameOf({ kind: row.author_kind, id: row.author_id }) },
    text: row.text,
    attachments: attachments.get(row.id) ?? [],
    created_at: iso(row.created_at),
    edited_at: iso(row.edited_at),
  }))
}

/** The notes of a ticket that are in sight. */
export const notesOf = (ticketId: number) => reading().from('notes').where('ticket_id', ticketId).whereNull('deleted_at')
