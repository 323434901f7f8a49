import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const pendingValidator = vine.create({ on: vine.enum(['customer', 'third_party']).optional() })

export default class PendingsController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { on = 'customer' } = await ctx.request.validateUsing(pendingValidator)
    await ticket.waitFor(on, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: `waits_${on}`, undo: { action: `/tickets/${ticket.id}/pending`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.reopen({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference } })
  }
}
