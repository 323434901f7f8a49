import { errors } from '@adonisjs/bouncer'
import { AuthorizationResponse } from '@adonisjs/bouncer'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { atLeast, type Role } from '#people/roles'

/** Lets only those on who hold at least this role; stands after `auth`. */
export default class RoleMiddleware {
  async handle(ctx: HttpContext, next: NextFn, lowest: Role) {
    const agent = ctx.auth.getUserOrFail()
    if (!atLeast(agent.role, lowest)) throw new errors.E_AUTHORIZATION_FAILURE(AuthorizationResponse.deny())
    return next()
  }
}
