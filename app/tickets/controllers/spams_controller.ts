import type { HttpContext } from '@adonisjs/core/http'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class SpamsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.markSpam({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'spam', undo: { action: `/tickets/${ticket.id}/spam`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.unmarkSpam({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'no_spam' })
  }
}
