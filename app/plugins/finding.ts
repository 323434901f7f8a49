import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import type { Plugin } from '#plugin'
import { installed, type Installed } from '#plugins/installed'

/** A plugin by its id, even a broken one; 404 when there is none. */
export function found(id: string, request: HttpContext['request']): Installed {
  const one = installed.get(id)
  if (!one) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return one
}

/** A plugin that could be loaded, switched on or not; 404 when there is none. */
export function usable(id: string, request: HttpContext['request']): Plugin<any> {
  const { plugin } = found(id, request)
  if (!plugin) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return plugin
}
