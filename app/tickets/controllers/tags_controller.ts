import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { act } from '#tickets/act'
import { sayDone, undoOf } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const tagValidator = vine.create({ tag: vine.string().trim().minLength(1).maxLength(200) })

export default class TagsController {
  /** Adds one tag or several, with commas between. */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { tag } = await ctx.request.validateUsing(tagValidator)
    const actId = await act('tag', ctx.by, ticket.id, () => ticket.tag({ add: tag.split(',').map((name) => name.trim()).filter(Boolean) }, { by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'tagged', values: { tag }, undo: undoOf(actId) })
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const { tag } = await ctx.request.validateUsing(tagValidator)
    const actId = await act('untag', ctx.by, ticket.id, () => ticket.tag({ remove: [tag] }, { by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'untagged', values: { tag }, undo: undoOf(actId) })
  }
}
