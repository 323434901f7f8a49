import app from '@adonisjs/core/services/app'
import StaticMiddleware from '@adonisjs/static/static_middleware'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** Serves `public/`. All its files have an ending and no page has one, so a page costs no look at the disk. */
export default class PublicFilesMiddleware {
  #files: Promise<StaticMiddleware> | null = null

  async handle(ctx: HttpContext, next: NextFn) {
    if (!/\.\w+$/.test(ctx.request.url())) return next()
    this.#files ??= app.container.make(StaticMiddleware)
    return (await this.#files).handle(ctx, next)
  }
}
