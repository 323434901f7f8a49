import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const pendingValidator = vine.create({ on: vine.enum(['customer', 'third_party']).optional() })

export default class PendingsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { on = 'customer' } = await ctx.request.validateUsing(pendingValidator)
    const actId = await act('pending', ctx.by, ticket.id, () => ticket.waitFor(on, { by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: `waits_${on}`, undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('reopen', ctx.by, ticket.id, () => ticket.reopen({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference }, undo: undoOf(actId) })
  }
}
