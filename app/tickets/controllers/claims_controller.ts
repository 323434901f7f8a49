import type { HttpContext } from '@adonisjs/core/http'
import { assign, claim } from '#routing/assignment'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ClaimsController {
  /** Takes a free ticket: of two who click at once, one gets it and the other is told. */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('take', ctx.by, ticket.id, () => claim(ticket, ctx.by.id, { by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'taken', undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('unassign', ctx.by, ticket.id, () => assign(ticket, { ownerId: null }, { by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'unassigned', undo: undoOf(actId) })
  }
}
