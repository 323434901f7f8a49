import type { HttpContext } from '@adonisjs/core/http'
import { allowImages } from '#customers/images'
import Message from '#tickets/message'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ImageAllowancesController {
  /** From now on, pictures of this sender are shown to the whole team. */
  async store(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketToWorkOn(ctx)
    await allowImages(message.fromAddress ?? '', { by: ctx.by })
    return sayDone(ctx, message.ticketId, { done: 'images_allowed', values: { address: message.fromAddress ?? '' } })
  }
}
