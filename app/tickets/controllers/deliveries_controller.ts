import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { DomainError } from '#support/domain_error'
import Message from '#tickets/message'
import { cancelDelivery, planDelivery, retryDelivery } from '#tickets/message_delivery'
import { directory } from '#tickets/pages/directory'
import { pageOf, sayDone, sayDoneAt } from '#tickets/pages/said'
import { readSheet } from '#tickets/pages/sheet'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readThread } from '#tickets/pages/thread'
import { takeBack } from '#tickets/taking_back'
import { readWriting } from '#tickets/pages/writing'

const planValidator = vine.create({ send_at: vine.string().maxLength(40) })

export default class DeliveriesController {
  /** Sends again what failed, what may not have arrived, or what was held or planned: now. A person has decided. */
  async store(ctx: HttpContext) {
    const message = await this.#message(ctx)
    await retryDelivery(message, { by: ctx.by })
    return sayDone(ctx, message.ticketId, { done: 'sent_again' })
  }

  /** Another moment for a reply that waits. */
  async update(ctx: HttpContext) {
    const message = await this.#message(ctx)
    const { send_at: moment } = await ctx.request.validateUsing(planValidator)
    const at = DateTime.fromISO(moment, { zone: ctx.format.zone })
    if (!at.isValid) throw new DomainError('tickets.errors.send_past', 422)
    await planDelivery(message, at.toUTC(), { by: ctx.by })
    return sayDone(ctx, message.ticketId, { done: 'planned', values: { time: ctx.format.ahead(at.toMillis()) } })
  }

  /** Takes a reply back before it leaves. Its words return to the composer, unless they are to be thrown away. */
  async destroy(ctx: HttpContext) {
    const message = await this.#message(ctx)
    if (ctx.request.input('discard')) {
      await cancelDelivery(message, { by: ctx.by })
      return sayDone(ctx, message.ticketId, { done: 'reply_discarded' })
    }
    await takeBack(message, ctx.by.id, { by: ctx.by })
    // Taken back from elsewhere (the next ticket, the list of what is planned): the words are where they were written.
    if (!new RegExp(`/tickets/${message.ticketId}(?:[?#]|$)`).test(pageOf(ctx))) return sayDoneAt(ctx, `/tickets/${message.ticketId}`, { done: 'taken_back' })
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
