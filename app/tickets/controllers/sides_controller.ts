import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import vine from '@vinejs/vine'
import { sideInboxes } from '#channels/side_inboxes'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { readSheet } from '#tickets/pages/sheet'
import { sideOf } from '#tickets/pages/side_page'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
import { readWriting } from '#tickets/pages/writing'
import { peopleIn } from '#tickets/pages/people_in'
import { markRead } from '#tickets/reading'
import { startSide } from '#tickets/side'

const sideValidator = vine.create({
  inbox_id: vine.number().positive(),
  to: vine.string().trim().minLength(3).maxLength(2000),
  cc: vine.string().maxLength(2000).nullable().optional(),
  subject: vine.string().trim().minLength(1).maxLength(500),
  text: vine.string().trim().minLength(1).maxLength(100_000),
  attachment_ids: vine.array(vine.number().positive()).maxLength(50).optional(),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
})

/** Writing to a supplier or carrier about a ticket, apart from its customer (M019). */
export default class SidesController {
  async create(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const files = await db
      .from('attachments')
      .join('messages', 'messages.id', 'attachments.message_id')
      .where('messages.ticket_id', ticket.id)
      .where('attachments.inline', 0)
      .whereNotNull('attachments.sha256')
      .orderBy('attachments.id', 'desc')
      .limit(50)
      .select('attachments.id', 'attachments.name', 'attachments.bytes')
    return ctx.view.render('tickets/sides/create', { ticket, files, inboxes: await sideInboxes(ctx.auth.getUserOrFail(), ticket.inboxId) })
  }

  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const written = await ctx.request.validateUsing(sideValidator)
    const inbox = (await sideInboxes(ctx.auth.getUserOrFail(), ticket.inboxId)).find(({ id }) => id === written.inbox_id)
    if (!inbox) throw new DomainError('together.errors.side_inbox', 422)
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]
    const side = await startSide(
      ticket,
      { inbox, to: peopleIn(written.to), cc: peopleIn(written.cc), subject: written.subject, text: written.text, attachmentIds: written.attachment_ids, uploadIds },
      { by: ctx.by }
    )
    ctx.session.flash('done', ctx.i18n.t('desk.done.sent', { to: written.to }))
    return ctx.response.redirect().status(303).toPath(`/sides/${side.id}`)
  }

  /** The conversation on a page of its own, with room to write; the ticket shows it folded. */
  async show(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const { side, parent } = await sideOf(ctx)
    const people = await directory()
    const sheet = await readSheet(side.id, agent, people)
    const thread = await readThread(side.id, people, { before: Number(ctx.request.input('before')) || undefined })
    const writing = await readWriting(sheet, thread, agent, 'reply')
    await markRead(agent.id, side.id, thread.seen)
    return ctx.view.render('tickets/sides/show', { side, parent, sheet, thread, writing, people, mayWork: agent.role !== 'viewer' && !parent.mergedIntoId })
  }
}
