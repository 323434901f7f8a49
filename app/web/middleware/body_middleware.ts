import BodyParserMiddleware from '@adonisjs/core/bodyparser_middleware'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** Reads the body of a request, but for the doors that must see its bytes untouched: their signatures cover them. */
export default class BodyMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const { request } = ctx
    if (/^\/hooks\//.test(request.url())) return next()
    request.updateQs(withoutNul(request.qs()))
    const parser = await ctx.containerResolver.make(BodyParserMiddleware)
    return parser.handle(ctx, () => {
      request.updateBody(withoutNul(request.body()))
      return next()
    })
  }
}

/** Nobody types the character NUL, and PostgreSQL keeps no text that holds it. */
function withoutNul<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\0', '') as T
  if (Array.isArray(value)) return value.map(withoutNul) as T
  if (value === null || typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key.replaceAll('\0', ''), withoutNul(held)])) as T
}
