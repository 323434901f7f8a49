import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import SavedView from '#tickets/saved_view'

const positionValidator = vine.create({ move: vine.enum(['up', 'down']) })

export default class ViewPositionsController {
  /** One place up or down among one's own; the first nine have the keys 1 to 9. */
  async store(ctx: HttpContext) {
    const saved = await SavedView.query().where({ id: Number(ctx.params.id), agent_id: ctx.by.id }).firstOrFail()
    const { move } = await ctx.request.validateUsing(positionValidator)
    await saved.move(move === 'up' ? -1 : 1)
    return ctx.response.redirect().status(303).toPath('/saved-views')
  }
}
