import type { HttpContext } from '@adonisjs/core/http'
import { markUnread } from '#tickets/reading'
import { sayDone } from '#tickets/pages/said'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class ReadingsController {
  async destroy(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    await markUnread(ctx.by.id, ticket.id)
    return sayDone(ctx, ticket.id, { done: 'unread' })
  }
}
