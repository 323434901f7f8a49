import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { link, unlink } from '#tickets/linking'
import { DomainError } from '#support/domain_error'
import { sayDone } from '#tickets/pages/said'
import { mustSee, ticketToWorkOn } from '#tickets/pages/ticket_page'
import Ticket from '#tickets/ticket'

const linkValidator = vine.create({
  number: vine.string().trim().regex(/^#?\d{1,9}$/),
  kind: vine.enum(['related', 'parent', 'child']).optional(),
})

export default class LinksController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { number, kind = 'related' } = await ctx.request.validateUsing(linkValidator)
    const other = await Ticket.find(Number(number.replace('#', '')))
    if (!other) throw new DomainError('together.errors.no_ticket', 422)
    await mustSee(ctx.auth.getUserOrFail(), other.inboxId)
    await link(ticket, other.id, kind, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.linked', values: { number: other.id }, undo: { action: `/tickets/${ticket.id}/links/${other.id}`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await unlink(ticket, Number(ctx.params.other_id), { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.unlinked', values: { number: String(ctx.params.other_id) } })
  }
}
