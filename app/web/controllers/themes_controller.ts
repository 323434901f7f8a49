import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'

const themeValidator = vine.create({ theme: vine.enum(['light', 'dark', 'system']) })

export default class ThemesController {
  /** Keeps how the agent wants the desk to look, on every computer of theirs. */
  async store(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const { theme } = await ctx.request.validateUsing(themeValidator)
    agent.theme = theme
    await agent.save()
    return ctx.answer('web/themes/store', { theme })
  }
}
