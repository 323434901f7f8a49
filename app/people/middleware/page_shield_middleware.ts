import app from '@adonisjs/core/services/app'
import ShieldMiddleware from '@adonisjs/shield/shield_middleware'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { isMachine } from '#people/machines'

/** The shield for pages (forgery, framing, scripts). A machine has no session to forge; its answers are never sniffed. */
export default class PageShieldMiddleware {
  #shield: Promise<ShieldMiddleware> | null = null

  async handle(ctx: HttpContext, next: NextFn) {
    if (isMachine(ctx)) {
      ctx.response.header('X-Content-Type-Options', 'nosniff')
      return next()
    }
    this.#shield ??= app.container.make(ShieldMiddleware)
    return (await this.#shield).handle(ctx, next)
  }
}
