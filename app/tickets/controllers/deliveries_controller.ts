import type { HttpContext } from '@adonisjs/core/http'
import Message from '#tickets/message'
import { retryDelivery } from '#tickets/message_delivery'
import { directory } from '#tickets/pages/directory'
import { sayDone } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
import { takeBack } from '#tickets/taking_back'
import { readWriting } from '#tickets/pages/writing'

export default class DeliveriesController {
  /** Sends again what failed, what may not have arrived, or what was held. A person has decided. */
  async store(ctx: HttpContext) {
    const message = await this.#message(ctx)
    await retryDelivery(message, { by: ctx.by })
    return sayDone(ctx, message.ticketId, { done: 'sent_again' })
  }

  /** Takes a reply back before it leaves; its words return to the composer. */
  async destroy(ctx: HttpContext) {
    const message = await this.#message(ctx)
    await takeBack(message, ctx.by.id, { by: ctx.by })
    return sayDone(
      ctx,
      message.ticketId,
      { done: 'taken_back' },
      {
        composed: async () => {
          const people = await directory()
          const sheet = await readSheet(message.ticketId, ctx.by, people)
          return readWriting(sheet, await readThread(message.ticketId, people), ctx.auth.getUserOrFail(), 'reply')
        },
      }
    )
  }

  async #message(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketToWorkOn(ctx)
    return message
  }
}
