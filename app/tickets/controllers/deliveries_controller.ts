import type { HttpContext } from '@adonisjs/core/http'
import Draft from '#tickets/draft'
import Message from '#tickets/message'
import { cancelDelivery, retryDelivery } from '#tickets/message_delivery'
import { directory } from '#tickets/pages/directory'
import { sayDone } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
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
    await cancelDelivery(message, { by: ctx.by })
    const written = { text: message.visibleText ?? message.text, envelope: { to: message.to.map(({ address }) => address), cc: message.cc.map(({ address }) => address), bcc: message.bcc.map(({ address }) => address), subject: message.subject ?? undefined } }
    await Draft.keep({ ticketId: message.ticketId, agentId: ctx.by.id, kind: 'reply' }, written)
    return sayDone(
      ctx,
      message.ticketId,
      { done: 'taken_back' },
      {
        composed: async () => {
          const people = await directory()
          const sheet = await readSheet(message.ticketId, ctx.by, people)
          return readWriting(sheet, await readThread(message.ticketId, people), ctx.by, 'reply')
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
