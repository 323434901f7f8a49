import type { HttpContext } from '@adonisjs/core/http'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class SpamsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('spam', ctx.by, ticket.id, () => ticket.markSpam({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'spam', undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('no_spam', ctx.by, ticket.id, () => ticket.unmarkSpam({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'no_spam', undo: undoOf(actId) })
  }
}
