import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Draft from '#tickets/draft'
import Note from '#tickets/note'
import { directory } from '#tickets/pages/directory'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { sayDone } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
import { readWriting } from '#tickets/pages/writing'
import { DomainError } from '#support/domain_error'

const noteValidator = vine.create({
  text: vine.string().trim().minLength(1).maxLength(100_000),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
})

export default class NotesController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const written = await ctx.request.validateUsing(noteValidator)
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]
    const note = await ticket.note({ text: written.text, uploadIds }, { by: ctx.by })
    await Draft.drop({ ticketId: ticket.id, agentId: ctx.by.id, kind: 'note' })
    return sayDone(
      ctx,
      ticket.id,
      { done: 'noted', undo: { action: `/notes/${note.id}`, method: 'DELETE' } },
      {
        composed: async () => {
          const people = await directory()
          const sheet = await readSheet(ticket.id, ctx.by, people)
          return readWriting(sheet, await readThread(ticket.id, people), ctx.by, 'reply')
        },
      }
    )
  }

  /** An author takes their own note away. */
  async destroy(ctx: HttpContext) {
    const note = await Note.findOrFail(ctx.params.id)
    ctx.params.ticket_id = note.ticketId
    const ticket = await ticketToWorkOn(ctx)
    if (note.authorKind !== 'agent' || Number(note.authorId) !== ctx.by.id) throw new DomainError('errors.403.text', 403)
    await note.remove({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'note_removed' })
  }
}
