import { createHmac, timingSafeEqual } from 'node:crypto'
import { theirMoment, type HookCall, type Raw } from '#plugin'
import { parse } from './api.js'
import type { ViberInbox } from './config.js'

/** Events of which several may come for one message: one from each of the customer's devices. */
const OF_ONE_PERSON = ['delivered', 'seen', 'failed']

/** `X-Viber-Content-Signature` is the HMAC of the raw bytes under the bot's token. */
export function verify({ headers, body }: HookCall, inbox: ViberInbox): boolean {
  const given = headers['x-viber-content-signature'] ?? ''
  const token = inbox.config.authToken
  if (!token || !/^[0-9a-f]{64}$/i.test(given)) return false
  return timingSafeEqual(createHmac('sha256', token).update(body).digest(), Buffer.from(given, 'hex'))
}

/** One call is one event. The one that only asks whether we are there leaves nothing behind. */
export function split(call: HookCall): readonly Raw[] {
  const event = parse(Buffer.from(call.body).toString('utf8')) as Record<string, any>
  if (typeof event?.event !== 'string') throw new Error('This is no event of Viber')
  if (event.event === 'webhook') return []
  const person = OF_ONE_PERSON.includes(event.event) ? `:${event.user_id ?? ''}` : ''
  const externalId = `${event.event}:${event.message_token ?? event.timestamp}${person}`
  return [{ externalId, type: 'application/json', at: theirMoment(event.timestamp, call.at), body: Buffer.from(JSON.stringify(event)) }]
}
