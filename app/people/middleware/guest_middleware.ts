import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { hasAgents } from '#people/agents'

/** Pages for those who are not signed in: others are sent to their work, the first of all to the first page. */
export default class GuestMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (await ctx.auth.check()) return ctx.response.redirect().status(303).toPath('/')
    if (!(await hasAgents())) return ctx.response.redirect().status(303).toPath('/setup')
    return next()
  }
}
