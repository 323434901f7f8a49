import vine from '@vinejs/vine'
import { reading, transaction } from '#support/transaction'
import { sendFile } from '#tickets/attachment_response'
import { endpoint } from '../endpoint.js'
import { keepInputs } from '../files.js'
import { maySee, ticketToChange, visibleTicket } from '../found.js'
import { pageById, readCursor, writeCursor, type Place } from '../places.js'
import { plainText } from '../plain_text.js'
import { Refusal, wrongField } from '../problem.js'
import { attachments, idRule, pagingOnly } from '../rules.js'
import { page } from '../schema.js'
import { entrySchema, threadJson } from '../serializers/entry.js'
import { eventSchema, eventsJson } from '../serializers/event.js'
import { noteSchema, notesJson, notesOf } from '../serializers/note.js'

const newNote = vine.create({
  text: vine.string().maxLength(100_000).optional(),
  html: vine.string().maxLength(2_000_000).optional(),
  attachments: attachments(),
  mention_ids: vine.array(idRule()).maxLength(50).optional(),
})

/** What only agents see of a ticket: notes, the merged thread, the history. */
export const notes = [
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/notes',
    resource: 'Notes and history',
    summary: 'List the internal notes of a ticket, oldest first',
    ability: 'read',
    query: pagingOnly,
    answer: page(noteSchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const { rows, next_cursor } = await pageById(notesOf(ticket.id), call.query, 'asc')
      return { data: await notesJson(rows), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/tickets/{number}/notes',
    resource: 'Notes and history',
    summary: 'Write an internal note',
    description: 'It is never sent, quoted, forwarded or exported to a customer. HTML is kept as its text. Colleagues named by `@name` in it, or by `mention_ids`, are told and follow the ticket.',
    ability: 'write',
    body: newNote,
    answer: noteSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { body } = call
      const text = body.text ?? (body.html ? plainText(body.html) : '')
      if (text.trim() === '' && !body.attachments?.length) throw wrongField('text', 'required', 'A note needs text or html')
      await visibleTicket(call)
      const uploadIds = await keepInputs(body.attachments, call.agent.id)
      const note = await transaction(async () => (await ticketToChange(call)).note({ text, uploadIds, mentionIds: body.mention_ids?.map(Number) }, call.cause))
      const [json] = await notesJson(await reading().from('notes').where('id', note.id))
      return json!
    },
  }),

  endpoint({
    method: 'GET',
    path: '/notes/{note_id}/attachments/{id}',
    resource: 'Notes and history',
    summary: 'Download a file of a note',
    ability: 'read',
    answer: 'application/octet-stream',
    refusals: [404, 410],
    async handle(call) {
      const file = await reading()
        .from('attachments')
        .join('notes', 'notes.id', 'attachments.note_id')
        .join('tickets', 'tickets.id', 'notes.ticket_id')
        .where('attachments.id', call.params.id)
        .where('notes.id', call.params.note_id)
        .whereNull('notes.deleted_at')
        .select('attachments.*', 'tickets.inbox_id')
        .first()
      if (!file || !maySee(call.access, file.inbox_id)) throw new Refusal(404, 'not_found')
      await sendFile(call.ctx, file)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/tickets/{number}/thread',
    resource: 'Notes and history',
    summary: 'Read messages, notes and events of a ticket merged in time order',
    description: 'Each entry has its `kind`, and under `message`, `note` or `event` what it is.',
    ability: 'read',
    query: pagingOnly,
    answer: page(entrySchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const from = readCursor<Place>(call.query.cursor, ['at', 'rank', 'id'])
      const { data, next } = await threadJson(ticket.id, from, call.query.limit ?? 50, call.i18n)
      return { data, next_cursor: writeCursor(next) }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/tickets/{number}/events',
    resource: 'Notes and history',
    summary: 'Read the history of a ticket, oldest first: who or what changed what, when and why',
    ability: 'read',
    query: pagingOnly,
    answer: page(eventSchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const { rows, next_cursor } = await pageById(reading().from('events').where('ticket_id', ticket.id), call.query, 'asc')
      return { data: await eventsJson(rows), next_cursor }
    },
  }),
]
