import type { HttpContext } from '@adonisjs/core/http'
import { assign, claim } from '#routing/assignment'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ClaimsController {
  /** Takes a free ticket: of two who click at once, one gets it and the other is told. */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await claim(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'taken', undo: { action: `/tickets/${ticket.id}/claim`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await assign(ticket, { ownerId: null }, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'unassigned' })
  }
}
