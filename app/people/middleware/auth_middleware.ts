import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { hasAgents } from '#people/agents'

/**
 * Lets only signed-in agents on. A desk that nobody has come to yet shows its first page; everybody else
 * signs in and then finds what they came for.
 */
export default class AuthMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (await ctx.auth.check()) return next()

    if (!(await hasAgents())) return ctx.response.redirect().status(303).toPath('/setup')
    const { request, session } = ctx
    if (request.method() === 'GET' && request.header('hx-request') !== 'true') session.setIntendedUrl(request.url(true))
    // htmx swaps what it gets; a sign-in form inside a list would be worse than leaving the page.
    if (request.header('hx-request') === 'true') ctx.response.header('HX-Redirect', '/sign-in')
    return ctx.response.redirect().status(303).toPath('/sign-in')
  }
}
