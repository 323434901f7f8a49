import limiter from '@adonisjs/limiter/services/main'
import { errors as limits } from '@adonisjs/limiter'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import env from '#start/env'
import { findToken } from '#people/api_token'
import { countRequest } from './metrics.js'
import { Refusal } from './problem.js'

const PER_MINUTE = env.get('API_RATE_LIMIT') ?? 600
/** May be read without a token. */
const DESCRIPTION = '/api/v1/openapi.json'
/** A limiter that does not answer (Redis gone) must not close the desk. */
const PATIENCE_MS = 500

/**
 * Stands before everything under /api/v1, and before the body is read: a call without a good
 * token costs one look at a row, whatever it carries. A session's cookie opens nothing here.
 */
export default class DoorMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    countRequest(ctx)
    const path = ctx.request.url()
    if (!path.startsWith('/api/v1/') || path === DESCRIPTION) return next()

    ctx.caller = await callerOf(ctx)
    await countDown(ctx, ctx.caller.tokenId)
    return next()
  }
}

async function callerOf(ctx: HttpContext) {
  const [, plain] = /^Bearer\s+(\S+)$/i.exec(ctx.request.header('authorization') ?? '') ?? []
  const found = plain ? await findToken(plain) : null
  if (!found) throw new Refusal(401, plain ? 'bad_token' : 'no_token', {}, { headers: { 'www-authenticate': 'Bearer realm="Opora"' } })
  return { agent: found.agent, tokenId: found.token.id, abilities: found.token.abilities.split(/[\s,]+/) }
}

async function countDown({ response, logger }: HttpContext, tokenId: number) {
  try {
    const left = await within(limiter.use({ requests: PER_MINUTE, duration: '1 minute' }).consume(`api:${tokenId}`))
    if (!left) return logger.warn('The rate limiter does not answer; the call is let through')
    response.header('x-ratelimit-limit', String(left.limit))
    response.header('x-ratelimit-remaining', String(left.remaining))
    response.header('x-ratelimit-reset', String(left.availableIn))
  } catch (error) {
    if (!(error instanceof limits.E_TOO_MANY_REQUESTS)) return logger.warn({ err: error }, 'The rate limiter failed; the call is let through')
    const { limit, availableIn } = error.response
    const seconds = String(Math.max(1, Math.ceil(availableIn)))
    const headers = { 'retry-after': seconds, 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': seconds }
    throw new Refusal(429, 'too_many', { seconds }, { headers })
  }
}

function within<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS)
  })
  return Promise.race([answer, patience]).finally(() => clearTimeout(timer))
}
