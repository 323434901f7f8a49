import type { HttpContext } from '@adonisjs/core/http'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ClosuresController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('close', ctx.by, ticket.id, () => ticket.close({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'closed', values: { reference: ticket.reference }, undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('reopen', ctx.by, ticket.id, () => ticket.reopen({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference }, undo: undoOf(actId) })
  }
}
