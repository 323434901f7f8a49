import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { signalCustomer } from '#channels/signals'
import { beat, leave, presentAt } from '#tickets/presence'
import { ticketOf } from '#tickets/pages/ticket_page'

const presenceValidator = vine.create({ activity: vine.enum(['viewing', 'typing']), kind: vine.enum(['reply', 'note']).optional() })

export default class PresencesController {
  /** Who else is here now. */
  async show(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    const present = await presentAt([ticket.id], ctx.by.id)
    return ctx.view.render('tickets/_viewers', { ticketId: ticket.id, present: present.map(({ agentId, name, activity }) => ({ id: agentId, name, activity })) })
  }

  /** The page beats while it is open. */
  async store(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    const { activity, kind } = await ctx.request.validateUsing(presenceValidator)
    await beat(ticket.id, ctx.by.id, activity)
    // Only what is written to the customer is told: the page says which of its two forms it is.
    if (activity === 'typing' && kind === 'reply') await signalCustomer(ticket, 'typing')
    return ctx.response.noContent()
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    await leave(ticket.id, ctx.by.id)
    return ctx.response.noContent()
  }
}
