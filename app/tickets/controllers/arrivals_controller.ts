import type { HttpContext } from '@adonisjs/core/http'
import Message from '#tickets/message'
import { confirmDelivery } from '#tickets/message_delivery'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ArrivalsController {
  /** A person knows that a reply arrived of which the channel could not tell. */
  async store(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketToWorkOn(ctx)
    await confirmDelivery(message, { by: ctx.by })
    return sayDone(ctx, message.ticketId, { done: 'confirmed' })
  }
}
