import BodyParserMiddleware from '@adonisjs/core/bodyparser_middleware'
import { storable } from '#support/storable'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** Reads the body of a request, without what no database holds, but for the doors that must see its bytes untouched: their signatures cover them. */
export default class BodyMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const { request } = ctx
    if (/^\/hooks\//.test(request.url())) return next()
    request.updateQs(storable(request.qs()))
    const parser = await ctx.containerResolver.make(BodyParserMiddleware)
    return parser.handle(ctx, () => {
      request.updateBody(storable(request.body()))
      return next()
    })
  }
}
