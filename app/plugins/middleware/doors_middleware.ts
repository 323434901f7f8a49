import { existsSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import limiter from '@adonisjs/limiter/services/main'
import env from '#start/env'
import type { Desk, Fields } from '#plugin'
import { connectionOf, connectionsOf, hasMany } from '#plugins/connections'
import { deskOf } from '#plugins/desk'
import { giveBody, readBytes } from '#plugins/doors/body'
import { mayCall, tellOrigins } from '#plugins/doors/guard'
import { findRoute, type DoorRoute } from '#plugins/doors/route_table'
import { keepStream } from '#plugins/doors/streams'
import { noteFault } from '#plugins/faults'
import { installed, type Working } from '#plugins/installed'
import { meetReader } from '#web/reader'

const HOOK_BYTES = 1_048_576
const PUBLIC_BYTES = 65_536
const HOOKS_A_MINUTE = 6000

/**
 * The doors of plugins for those who are no agents: `/hooks/<id>/…` for machines, `/public/<id>/…` for anybody. It
 * stands before sessions, forgery tokens and the body parser, which these callers have no use for. The webhook of a
 * channel (`/hooks/<id>/<inbox key>`) is not a plugin's own route and goes on to the channels.
 */
export default class DoorsMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const match = /^\/(hooks|public)\/([a-z][a-z0-9_]*)\/(.*)$/.exec(ctx.request.url())
    if (!match) return next()
    const [, door, id, path] = match
    try {
      await installed.refresh()
    } catch (error) {
      ctx.logger.error({ err: error }, 'The database does not answer')
      return ctx.response.status(503).header('Retry-After', '10').send({ error: 'unavailable' })
    }
    const one = installed.working(id)
    if (door === 'hooks') return one ? hook(ctx, next, one, path) : next()
    return one ? open(ctx, one, path) : ctx.response.notFound({ error: 'not_found' })
  }
}

async function hook(ctx: HttpContext, next: NextFn, { plugin }: Working, full: string) {
  const [key, ...rest] = full.split('/')
  const many = hasMany(plugin)
  const found = findRoute(plugin, 'hooks', ctx.request.method(), many ? rest.join('/') : full)
  if (!found) return next()
  const connection = await connectionOf(plugin, many ? key : 0)
  if (!connection) return ctx.response.notFound({ error: 'not_found' })

  const calls = limiter.use({ requests: env.get('HOOK_RATE_LIMIT') ?? HOOKS_A_MINUTE, duration: '1 min' })
  if ((await calls.attempt(`hooks:${plugin.id}:${connection.id}`, () => true)) !== true) return ctx.response.header('Retry-After', '10').tooManyRequests({ error: 'too_many' })
  return answer(ctx, plugin.id, found, HOOK_BYTES, deskOf(plugin, connection))
}

async function open(ctx: HttpContext, one: Working, path: string) {
  const { request, response } = ctx
  const found = findRoute(one.plugin, 'public', request.method(), path)
  if (!found) return file(ctx, one, path)

  await tellOrigins(ctx, found.route.guard)
  if (request.method() === 'OPTIONS') return response.status(204).send(null)
  if (!(await mayCall(ctx, `${one.id}:${found.route.method}:${found.route.path}`, found.route.guard))) return response.tooManyRequests({ error: 'too_many' })

  const asked = request.qs().connection
  const connection = hasMany(one.plugin) && asked ? await connectionOf(one.plugin, String(asked)) : (await connectionsOf(one.plugin))[0]
  if (!connection) return response.notFound({ error: 'not_found' })
  await meetReader(ctx)
  return answer(ctx, one.id, found, found.route.guard.maxBytes ?? PUBLIC_BYTES, deskOf(one.plugin, connection))
}

async function answer(ctx: HttpContext, plugin: string, { route, params }: { route: DoorRoute; params: Record<string, string> }, maxBytes: number, desk: Desk<Fields>) {
  const { request, response } = ctx
  const bytes = request.method() === 'POST' ? await readBytes(request.request, maxBytes) : Buffer.alloc(0)
  if (bytes === null) return response.status(413).send({ error: 'too_large' })
  if (!giveBody(ctx, bytes)) return response.badRequest({ error: 'not_json' })
  ctx.params = params
  ctx.bodyBytes = bytes

  try {
    if (route.stream) return await keepStream(ctx, plugin, route.stream, desk)
    const value = await route.handle!(ctx, desk)
    if (value !== undefined && value !== response && response.isPending && !response.hasContent && !response.hasLazyBody) response.send(value)
  } catch (error) {
    await noteFault(plugin, `route:${route.method} ${route.path}`, error)
    if (response.isPending) response.status(500).send({ error: 'failed' })
  }
}

/** What lies in the plugin's `public/`; nothing outside of it. */
function file({ request, response }: HttpContext, { path: folder }: Working, path: string) {
  const root = join(folder, 'public')
  const target = resolve(root, decodeURIComponent(path))
  const there = ['GET', 'HEAD'].includes(request.method()) && target.startsWith(root + sep) && existsSync(target) && statSync(target).isFile()
  if (!there) return response.notFound({ error: 'not_found' })
  response.header('X-Content-Type-Options', 'nosniff')
  response.header('Cache-Control', 'public, max-age=300')
  return response.download(target, true)
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    /** In a plugin's own hook or public route: the untouched bytes, which a signature covers. */
    bodyBytes?: Buffer
  }
}
