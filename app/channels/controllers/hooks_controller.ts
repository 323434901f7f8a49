import type { IncomingMessage } from 'node:http'
import { createHash } from 'node:crypto'
import type { HttpContext } from '@adonisjs/core/http'
import limiter from '@adonisjs/limiter/services/main'
import type { ChannelDriver, HookCall, Inbox as SeenInbox, Raw } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import env from '#start/env'
import Inbox from '#channels/inbox'
import { accept, acceptUncut } from '#channels/inbound/gateway'
import { now } from '#support/clock'

const MAX_BYTES = 1_048_576
const CALLS_A_MINUTE = 6000

/**
 * The door of the channels' webhooks. Answers 200 only when what came is kept; until then the other
 * side must send it again: 503 when we cannot keep, 429 when there is too much.
 */
export default class HooksController {
  /** The provider's handshake. */
  async show(ctx: HttpContext) {
    const found = await find(ctx)
    if (!found?.driver.webhook?.handshake) return ctx.response.notFound()
    const answer = found.driver.webhook.handshake(hookCall(ctx, Buffer.alloc(0)), found.seen)
    if (answer === null) return ctx.response.forbidden()
    return ctx.response.header('Content-Type', 'text/plain').send(answer)
  }

  async store(ctx: HttpContext) {
    const { response, request, logger } = ctx
    const body = await readBody(request.request)
    if (body === null) return response.status(413).send('')

    try {
      const found = await find(ctx)
      if (!found?.driver.webhook) return response.notFound()
      const { inbox, driver, seen } = found
      if (!(await limit(inbox.id))) return response.status(429).header('Retry-After', '10').send('')

      const call = hookCall(ctx, body)
      if (!(await driver.webhook!.verify(call, seen))) {
        logger.warn({ inbox: inbox.id, ip: request.ip() }, 'A hook call with a bad signature was turned away')
        return response.unauthorized()
      }
      await keep(inbox, driver, seen, call)
      return response.status(200).send('')
    } catch (error) {
      logger.error({ err: error }, 'A hook call could not be kept; the other side sends it again')
      return response.status(503).header('Retry-After', '10').send('')
    }
  }
}

async function find({ params }: HttpContext) {
  const inbox = await Inbox.query().where('key', String(params.inbox_key)).where('channel', String(params.plugin)).whereNull('deleted_at').first()
  const driver: ChannelDriver<any> | null = inbox && pluginRegistry.channel(inbox.channel)
  if (!inbox || !driver) return null
  return { inbox, driver, seen: await pluginRegistry.inboxFor(inbox) }
}

async function limit(inboxId: number): Promise<boolean> {
  const calls = limiter.use({ requests: env.get('HOOK_RATE_LIMIT') ?? CALLS_A_MINUTE, duration: '1 min' })
  return (await calls.attempt(`hook:${inboxId}`, () => true)) === true
}

async function keep(inbox: Inbox, driver: ChannelDriver<any>, seen: SeenInbox<any>, call: HookCall) {
  let raws: readonly Raw[]
  try {
    raws = driver.webhook!.split(call, seen)
  } catch (error) {
    await acceptUncut(inbox, whole(call), error as Error, { via: 'hook' })
    return
  }
  if (raws.length > 0) await accept(inbox, raws, { via: 'hook' })
}

function whole(call: HookCall): Raw {
  return { externalId: `uncut:${createHash('sha256').update(call.body).digest('hex')}`, type: call.headers['content-type'] ?? 'application/octet-stream', at: call.at, body: call.body }
}

function hookCall({ request }: HttpContext, body: Uint8Array): HookCall {
  const headers = Object.fromEntries(Object.entries(request.headers()).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
  const query = Object.fromEntries(Object.entries(request.qs()).map(([name, value]) => [name, String(value)]))
  return { method: request.method() === 'GET' ? 'GET' : 'POST', url: request.url(true), query, headers, body, at: now() }
}

/** The untouched bytes; null beyond 1 MiB. */
async function readBody(stream: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    // The rest is read and dropped, so that the answer can still be heard.
    if (bytes <= MAX_BYTES) chunks.push(chunk)
  }
  return bytes > MAX_BYTES ? null : Buffer.concat(chunks)
}
