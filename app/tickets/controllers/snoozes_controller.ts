import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { snoozeMoment } from '#tickets/pages/moments'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const snoozeValidator = vine.create({
  until: vine.enum(['hours', 'tomorrow', 'week', 'moment', 'answer']),
  moment: vine.string().maxLength(40).optional(),
  /** Why, for whoever sees it wake. */
  note: vine.string().trim().maxLength(200).nullable().optional(),
})

export default class SnoozesController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { until, moment, note } = await ctx.request.validateUsing(snoozeValidator)
    const at = until === 'answer' ? null : snoozeMoment(until, moment, ctx.format.zone)
    const actId = await act('snooze', ctx.by, ticket.id, () => ticket.snooze(at, { by: ctx.by }, note))
    const said = at ? { done: 'snoozed', values: { until: ctx.format.short(at.toMillis()) } } : { done: 'together.done.snoozed_until_answer' }
    return sayDone(ctx, ticket.id, { ...said, undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('wake', ctx.by, ticket.id, () => ticket.wake({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'woken', undo: undoOf(actId) })
  }
}
