import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const snoozeValidator = vine.create({
  until: vine.enum(['hours', 'tomorrow', 'week', 'moment']),
  moment: vine.string().maxLength(40).optional(),
})

export default class SnoozesController {
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { until, moment } = await ctx.request.validateUsing(snoozeValidator)
    const at = momentOf(until, moment, ctx.format.zone)
    if (!at.isValid) throw new DomainError('tickets.errors.snooze_past', 422)
    await ticket.snooze(at.toUTC(), { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'snoozed', values: { until: ctx.format.short(at.toMillis()) }, undo: { action: `/tickets/${ticket.id}/snooze`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await ticket.wake({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'woken' })
  }
}

/** Mornings are the reader's: nine o'clock in their zone. */
function momentOf(until: 'hours' | 'tomorrow' | 'week' | 'moment', moment: string | null | undefined, zone: string): DateTime {
  const here = now().setZone(zone)
  const morning = (day: DateTime) => day.startOf('day').set({ hour: 9 })
  if (until === 'hours') return here.plus({ hours: 3 })
  if (until === 'tomorrow') return morning(here.plus({ days: 1 }))
  if (until === 'week') return morning(here.plus({ weeks: 1 }).startOf('week'))
  return DateTime.fromISO(moment ?? '', { zone })
}
