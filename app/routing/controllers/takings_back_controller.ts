import type { HttpContext } from '@adonisjs/core/http'
import { leaveCovered, takeBack } from '#routing/coverage/keeping'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class TakingsBackController {
  /** The absent owner works on this one himself (B11). */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await takeBack(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'taken_back', undo: { action: `/tickets/${ticket.id}/taking-back`, method: 'DELETE' } })
  }

  /** Back to whoever stands in. */
  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await leaveCovered(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'left_covered' })
  }
}
