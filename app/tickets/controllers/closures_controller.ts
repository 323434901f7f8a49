import type { HttpContext } from '@adonisjs/core/http'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ClosuresController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.close({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'closed', values: { reference: ticket.reference }, undo: { action: `/tickets/${ticket.id}/closure`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.reopen({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference } })
  }
}
