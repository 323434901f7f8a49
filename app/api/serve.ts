import type { HttpContext } from '@adonisjs/core/http'
import type { VineValidator } from '@vinejs/vine'
import { accessibleInboxIds } from '#people/access'
import type { Call, Endpoint } from './endpoint.js'
import { fingerprint, once } from './idempotency.js'
import { i18nOf, Refusal } from './problem.js'
import type { Schema } from './schema.js'
import { unknownFields } from './unknown_fields.js'

const LOWEST_ROLE = { read: ['viewer', 'agent', 'supervisor', 'admin'], write: ['agent', 'supervisor', 'admin'], admin: ['admin'] }

/** Makes the route handler of an endpoint: rights, checks, work, answer; in this order. */
export function serve(endpoint: Endpoint) {
  return async (ctx: HttpContext) => {
    const call = await prepare(endpoint, ctx)
    const answer = await doOnce(endpoint, call)
    if (answer === undefined) return
    ctx.response.status(endpoint.status ?? 200).header('content-type', 'application/json; charset=utf-8')
    ctx.response.header('cache-control', 'no-store')
    return ctx.response.send(JSON.stringify(answer))
  }
}

async function prepare(endpoint: Endpoint, ctx: HttpContext): Promise<Call<any, any>> {
  const caller = ctx.caller!
  if (!caller.abilities.includes(endpoint.ability)) throw new Refusal(403, 'ability', { ability: endpoint.ability })
  if (!LOWEST_ROLE[endpoint.ability].includes(caller.agent.role)) throw new Refusal(403, 'role')

  const i18n = i18nOf(ctx)
  const call: Call<any, any> = {
    ...caller,
    ctx,
    i18n,
    params: numbers(ctx.params),
    query: await checked(endpoint.query, queryOf(ctx), i18n),
    body: endpoint.reads ? {} : await checked(endpoint.body, bodyOf(ctx, Boolean(endpoint.body)), i18n),
    access: await accessibleInboxIds(caller.agent),
    cause: { by: { kind: 'agent', id: caller.agent.id, via: `api:${caller.tokenId}`, ip: ctx.request.ip() } },
    once: (content, work) => once(call, content, work),
  }
  return call
}

function doOnce(endpoint: Endpoint, call: Call<any, any>) {
  if (endpoint.method !== 'POST' || endpoint.reads) return endpoint.handle(call)
  return once(call, fingerprint(JSON.stringify(call.ctx.request.body())), async () => (await endpoint.handle(call)) as object)
}

/** Ids and ticket numbers; anything else is not there. */
function numbers(params: Record<string, string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      if (!/^\d{1,9}$/.test(value)) throw new Refusal(404, 'not_found')
      return [key, Number(value)]
    })
  )
}

/** As it was sent: the framework would cut values at commas. */
function queryOf({ request }: HttpContext): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.parsedUrl.query ?? ''))
}

function bodyOf({ request }: HttpContext, expected: boolean): unknown {
  const type = request.header('content-type')
  if (request.hasBody() && (type || expected) && !/^application\/(json|merge-patch\+json|vnd\.api\+json)\b/i.test(type ?? '')) {
    throw new Refusal(415, 'media_type', { type: 'application/json' })
  }
  return request.body()
}

async function checked(validator: VineValidator<any, any> | undefined, value: unknown, i18n: Call['i18n']) {
  const schema = (validator?.toJSONSchema() ?? { properties: {}, additionalProperties: false }) as Schema
  const errors = unknownFields(value, schema)
  if (errors.length > 0) throw new Refusal(422, 'invalid', {}, { errors })
  return validator ? validator.validate(value, { messagesProvider: i18n.createMessagesProvider() }) : {}
}
