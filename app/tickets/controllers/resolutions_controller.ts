import type { HttpContext } from '@adonisjs/core/http'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ResolutionsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.resolve({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'resolved', values: { reference: ticket.reference }, undo: { action: `/tickets/${ticket.id}/resolution`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.reopen({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference } })
  }
}
