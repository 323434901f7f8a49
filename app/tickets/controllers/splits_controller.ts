import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { assignAsBefore } from '#routing/assignment'
import { changedState, ticketToWorkOn } from '#tickets/pages/ticket_page'
import { splitTicket } from '#tickets/splitting'

const splitValidator = vine.create({
  message_ids: vine.array(vine.number().positive()).maxLength(500).optional(),
  note_ids: vine.array(vine.number().positive()).maxLength(500).optional(),
  subject: vine.string().trim().maxLength(500).nullable().optional(),
})

/** A customer wrote of two matters: what is chosen becomes a ticket of its own. */
export default class SplitsController {
  async create(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const chosen = Number(ctx.request.input('message')) || null
    return ctx.view.render('tickets/splits/create', { ...(await changedState(ctx, ticket.id)), chosen })
  }

  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { message_ids: messageIds = [], note_ids: noteIds = [], subject } = await ctx.request.validateUsing(splitValidator)
    const child = await splitTicket(ticket.id, { messageIds, noteIds, subject: subject ?? undefined }, assignAsBefore, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('together.done.split', { number: child.id, from: ticket.id }))
    // A split is undone by its opposite.
    ctx.session.flash('undo', JSON.stringify({ action: `/tickets/${child.id}/merger`, fields: { into: String(ticket.id) } }))
    return ctx.response.redirect().status(303).toPath(`/tickets/${child.id}`)
  }
}
