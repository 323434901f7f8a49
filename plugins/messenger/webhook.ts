import { createHash, timingSafeEqual } from 'node:crypto'
import { isSigned, theirMoment, type HookCall, type Raw } from '#plugin'
import type { MessengerInbox } from './config.js'

/** One event as it is kept: what stood around it, and itself. */
export interface KeptEvent {
  readonly page: string
  /** Another app has the thread; we only listen. */
  readonly standby: boolean
  /** Of an entry's `changes`; null for what stands in `messaging` and `standby`. */
  readonly field: string | null
  readonly event: Record<string, any>
}

/** The subscription's handshake: their number back, if they know our word (Meta Webhooks, verification requests). */
export function handshake({ query }: HookCall, { config }: MessengerInbox): string | null {
  const [told, ours] = [digest(query['hub.verify_token'] ?? ''), digest(config.verify_token ?? '')]
  return query['hub.mode'] === 'subscribe' && config.verify_token && timingSafeEqual(told, ours) ? (query['hub.challenge'] ?? '') : null
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** The signature covers the bytes as sent, with every `ř` as \u0159: never what JSON makes of them. */
export function verify({ body, headers }: HookCall, { config }: MessengerInbox): boolean {
  return isSigned(body, { secret: config.app_secret, given: headers['x-hub-signature-256'], prefix: 'sha256=' })
}

/** All entries of a call, and all events of each. */
export function split(call: HookCall): readonly Raw[] {
  const body = JSON.parse(Buffer.from(call.body).toString('utf8'))
  const raws: Raw[] = []
  for (const entry of body.entry ?? []) {
    const add = (event: Record<string, any>, standby: boolean, field: string | null = null) => {
      const kept: KeptEvent = { page: String(entry.id), standby, field, event }
      raws.push({ externalId: idOf(event, kept), type: 'application/json', at: theirMoment(event.timestamp ?? entry.time, call.at), body: Buffer.from(JSON.stringify(kept)) })
    }
    for (const event of entry.messaging ?? []) add(event, false)
    for (const event of entry.standby ?? []) add(event, true)
    for (const change of entry.changes ?? []) add(change, false, String(change.field ?? 'changes'))
  }
  if (raws.length === 0 && !Array.isArray(body.entry)) throw new Error('There is no entry in it')
  return raws
}

/** The same event again is the same item (contracts/channels/00, external ids). */
function idOf(event: Record<string, any>, kept: KeptEvent): string {
  const sender = event.sender?.id ?? ''
  const { message, message_edit: edit, postback, read, delivery, reaction } = event
  if (message?.mid) return `mid:${message.mid}${message.is_deleted ? ':deleted' : ''}`
  if (edit?.mid) return `mid:${edit.mid}:edited:${edit.num_edit ?? event.timestamp}`
  if (postback?.mid) return `mid:${postback.mid}`
  if (postback) return `pb:${sender}:${event.timestamp}:${hash(postback.payload)}`
  if (read) return `rd:${sender}:${read.watermark ?? read.mid}`
  if (delivery) return `dl:${sender}:${delivery.watermark}`
  if (reaction) return `rx:${sender}:${reaction.mid}:${event.timestamp}:${reaction.action}:${reaction.emoji ?? ''}`
  return `ev:${hash(kept)}`
}

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value ?? null)).digest('hex').slice(0, 32)
