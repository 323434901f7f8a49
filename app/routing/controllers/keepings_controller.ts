import type { HttpContext } from '@adonisjs/core/http'
import { keepCovered } from '#routing/coverage/keeping'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class KeepingsController {
  /** The substitute keeps it for good. */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const before = { owner_id: String(ticket.ownerId ?? ''), team_id: String(ticket.teamId ?? ''), though_away: '1' }
    await keepCovered(ticket, ctx.by.id, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'taken', undo: { action: `/tickets/${ticket.id}/assignment`, fields: before } })
  }
}
