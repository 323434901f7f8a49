import type { HttpContext } from '@adonisjs/core/http'
import { follow, unfollow } from '#tickets/following'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

/** Hearing of a ticket without being responsible for it. */
export default class FollowingsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await follow(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.followed', undo: { action: `/tickets/${ticket.id}/following`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await unfollow(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.unfollowed', undo: { action: `/tickets/${ticket.id}/following` } })
  }
}
