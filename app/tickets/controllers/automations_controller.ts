import type { HttpContext } from '@adonisjs/core/http'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

/** What is sent for a ticket by itself, after a loop has stopped it. */
export default class AutomationsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.resumeAutomation({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'changed' })
  }
}
