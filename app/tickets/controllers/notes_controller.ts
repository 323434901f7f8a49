import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import vine from '@vinejs/vine'
import Draft from '#tickets/draft'
import Note from '#tickets/note'
import NotePolicy from '#tickets/note_policy'
import { awayNow } from '#routing/absence/away_now'
import { awayFor } from '#tickets/pages/away'
import { directory } from '#tickets/pages/directory'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { sayDone } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
import { readWriting } from '#tickets/pages/writing'

const noteValidator = vine.create({
  text: vine.string().trim().minLength(1).maxLength(100_000),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
  mention_ids: vine.array(vine.number().positive()).maxLength(50).optional(),
})

const changedNoteValidator = vine.create({ text: vine.string().trim().minLength(1).maxLength(100_000) })

export default class NotesController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const written = await ctx.request.validateUsing(noteValidator)
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]
    const note = await ticket.note({ text: written.text, uploadIds, mentionIds: written.mention_ids }, { by: ctx.by })
    await Draft.drop({ ticketId: ticket.id, agentId: ctx.by.id, kind: 'note' })
    return sayDone(
      ctx,
      ticket.id,
      { ...(await this.#said(ctx, ticket.id, note.id)), undo: { action: `/notes/${note.id}`, method: 'DELETE' } },
      {
        composed: async () => {
          const people = await directory()
          const sheet = await readSheet(ticket.id, ctx.by, people)
          return readWriting(sheet, await readThread(ticket.id, people), ctx.auth.getUserOrFail(), 'reply')
        },
      }
    )
  }

  /** What was done; and who of the named is away, with who stands in (B9). */
  async #said(ctx: HttpContext, ticketId: number, noteId: number) {
    const people = await directory()
    const away = await awayNow()
    const named = (await db.from('mentions').where('note_id', noteId).select('agent_id')).map((row) => row.agent_id as number).filter((id) => away.has(id))
    if (named.length === 0) return { done: 'noted' }
    const standing = await awayFor(await readSheet(ticketId, ctx.by, people), people, away)
    const covers = named.map((id) => standing.get(id)).filter(Boolean).join(', ')
    return { done: covers ? 'together.done.noted_covered' : 'together.done.noted_away', values: { names: named.map((id) => people.agents.get(id)!.name).join(', '), covers } }
  }

  /** A page of its own, so that the words are changed with room and without JavaScript. */
  async edit(ctx: HttpContext) {
    const { note, ticket } = await this.#noteToChange(ctx)
    return ctx.view.render('tickets/notes/edit', { note, ticket })
  }

  async update(ctx: HttpContext) {
    const { note, ticket } = await this.#noteToChange(ctx)
    const { text } = await ctx.request.validateUsing(changedNoteValidator)
    await note.edit(text, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('desk.done.note_edited'))
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}#note_${note.id}`)
  }

  /** An author takes their own note away; so may who steers the team. */
  async destroy(ctx: HttpContext) {
    const { note, ticket } = await this.#noteToChange(ctx)
    await note.remove({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'note_removed' })
  }

  async #noteToChange(ctx: HttpContext) {
    const note = await Note.query().where('id', ctx.params.id).whereNull('deleted_at').firstOrFail()
    ctx.params.ticket_id = note.ticketId
    const ticket = await ticketToWorkOn(ctx)
    await ctx.bouncer.with(NotePolicy).authorize('change', note, ticket)
    return { note, ticket }
  }
}
