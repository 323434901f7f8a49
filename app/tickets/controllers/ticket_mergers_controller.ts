import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DomainError } from '#support/domain_error'
import { mergeTickets, unmergeTicket } from '#tickets/merging'
import { otherTickets } from '#tickets/pages/other_tickets'
import { mustSee, ticketToWorkOn } from '#tickets/pages/ticket_page'
import Ticket from '#tickets/ticket'

const mergerValidator = vine.create({ into: vine.string().trim().regex(/^#?\d{1,9}$/) })

/** Two tickets that are one matter: choose the other one, see both, merge; and part them again for a day. */
export default class TicketMergersController {
  async create(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const q = String(ctx.request.input('q', '')).trim()
    return ctx.view.render('tickets/mergers/create', { ticket, q, ...(await otherTickets(ctx.auth.getUserOrFail(), ticket, q)) })
  }

  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { into } = await ctx.request.validateUsing(mergerValidator)
    const target = await Ticket.find(Number(into.replace('#', '')))
    if (!target || target.sideOfId) throw new DomainError('together.errors.no_ticket', 422)
    await mustSee(ctx.auth.getUserOrFail(), target.inboxId)
    await mergeTickets(ticket.id, target.id, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('together.done.merged', { from: ticket.id, into: target.id }))
    ctx.session.flash('undo', JSON.stringify({ action: `/tickets/${ticket.id}/merger`, method: 'DELETE' }))
    return ctx.response.redirect().status(303).toPath(`/tickets/${target.id}`)
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    if (ticket.mergedIntoId) await mustSee(ctx.auth.getUserOrFail(), (await Ticket.findOrFail(ticket.mergedIntoId)).inboxId)
    await unmergeTicket(ticket.id, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('together.done.unmerged', { number: ticket.id }))
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}`)
  }
}
