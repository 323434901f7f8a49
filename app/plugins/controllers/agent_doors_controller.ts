import { errors } from '@adonisjs/core'
import { AuthorizationResponse, errors as bouncerErrors } from '@adonisjs/bouncer'
import type { HttpContext } from '@adonisjs/core/http'
import { connectionOf, connectionsOf, hasMany } from '#plugins/connections'
import { deskOf } from '#plugins/desk'
import { findRoute } from '#plugins/doors/route_table'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'

/** The plugins' own pages for agents: `/plugins/<id>/…`, behind the sign-in, with the desk's session and forgery token. */
export default class AgentDoorsController {
  async handle(ctx: HttpContext) {
    const { params, request, auth } = ctx
    await installed.refresh()
    const plugin = installed.working(String(params.plugin))?.plugin
    const path = ([] as string[]).concat(params['*'] ?? []).join('/')
    const found = plugin && findRoute(plugin, 'agents', request.method(), path)
    if (!plugin || !found) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    // A viewer looks; whatever a plugin does on a POST changes something.
    if (found.route.method === 'POST' && !auth.getUserOrFail().isWorker) throw new bouncerErrors.E_AUTHORIZATION_FAILURE(AuthorizationResponse.deny())

    const asked = request.qs().connection
    const connection = hasMany(plugin) && asked ? await connectionOf(plugin, String(asked)) : (await connectionsOf(plugin))[0]
    if (!connection) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    ctx.params = found.params
    try {
      return await found.route.handle!(ctx, deskOf(plugin, connection))
    } catch (error) {
      await noteFault(plugin.id, `route:${found.route.method} ${found.route.path}`, error)
      throw error
    }
  }
}
