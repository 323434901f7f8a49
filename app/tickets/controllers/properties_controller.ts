import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { PRIORITIES } from '#tickets/ticket/describable'

const propertiesValidator = vine.create({
  subject: vine.string().trim().minLength(1).maxLength(500).optional(),
  priority: vine.enum(PRIORITIES).optional(),
  category: vine.string().trim().maxLength(40).optional(),
})

export default class PropertiesController {
  /** What a ticket is called and counted as; only what is given changes. */
  async update(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { subject, priority, category } = await ctx.request.validateUsing(propertiesValidator)
    const actId = await act('properties', ctx.by, ticket.id, async () => {
      if (subject) await ticket.rename(subject, { by: ctx.by })
      if (priority) await ticket.prioritise(priority, { by: ctx.by })
      if (category) await ticket.categorise(category, { by: ctx.by })
    })
    return sayDone(ctx, ticket.id, { done: 'changed', undo: undoOf(actId) })
  }
}
