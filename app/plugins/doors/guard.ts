import type { HttpContext } from '@adonisjs/core/http'
import limiter from '@adonisjs/limiter/services/main'
import type { Guard } from '#plugin'

const DEFAULT_LIMIT = { calls: 60, seconds: 60 }

/**
 * Counts a call of the public; false when there were too many. Counted by address, or by whom the guard names.
 *
 * @param route - tells the counts of two routes apart
 */
export async function mayCall(ctx: HttpContext, route: string, { limit = DEFAULT_LIMIT }: Guard): Promise<boolean> {
  const who = ('by' in limit && limit.by?.(ctx)) || ctx.request.ip()
  const calls = limiter.use({ requests: limit.calls, duration: limit.seconds })
  const key = `public:${route}:${who}`
  if ((await calls.attempt(key, () => true)) === true) return true
  ctx.response.header('Retry-After', String(await calls.availableIn(key)))
  return false
}

/**
 * Says which origins may call this from a browser and frame it: CORS and `frame-ancestors`. No origin is let in
 * by default; the desk's own pages need none.
 */
export async function tellOrigins(ctx: HttpContext, guard: Guard) {
  const { request, response } = ctx
  const origins = (await guard.origins?.(ctx)) ?? []
  response.header('X-Content-Type-Options', 'nosniff')
  response.header('Referrer-Policy', 'no-referrer')
  response.header('Content-Security-Policy', `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors ${["'self'", ...origins].join(' ')}`)
  if (!guard.origins) return
  response.vary('Origin')
  const origin = request.header('origin')
  if (!origin || !origins.includes(origin)) return
  response.header('Access-Control-Allow-Origin', origin)
  response.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS')
  response.header('Access-Control-Allow-Headers', request.header('access-control-request-headers') ?? 'content-type, authorization, last-event-id')
  response.header('Access-Control-Max-Age', '600')
}
