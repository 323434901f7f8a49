import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { DomainError } from '#support/domain_error'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const reminderValidator = vine.create({ moment: vine.string().maxLength(40) })

/** "Give it back to me if the customer does not answer by …" */
export default class RemindersController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { moment } = await ctx.request.validateUsing(reminderValidator)
    const at = DateTime.fromISO(moment, { zone: ctx.format.zone })
    if (!at.isValid) throw new DomainError('tickets.errors.snooze_past', 422)
    await ticket.remindUnlessAnswered(at.toUTC(), { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'reminder_set', values: { until: ctx.format.ahead(at.toMillis()) }, undo: { action: `/tickets/${ticket.id}/reminder`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.forgetReminder({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'reminder_off' })
  }
}
