import app from '@adonisjs/core/services/app'
import SessionMiddleware from '@adonisjs/session/session_middleware'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { isMachine } from '#people/machines'

/** Sessions for people. A machine carries its own proof with each call; it gets no session, no cookie, no query. */
export default class PageSessionMiddleware {
  #session: Promise<SessionMiddleware<any>> | null = null

  async handle(ctx: HttpContext, next: NextFn) {
    if (isMachine(ctx)) return next()
    this.#session ??= app.container.make(SessionMiddleware)
    return (await this.#session).handle(ctx, next)
  }
}
