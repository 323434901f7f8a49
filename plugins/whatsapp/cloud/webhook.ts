import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { theirMoment, type HookCall, type Raw } from '#plugin'
import type { WhatsappInbox } from '../config.js'

/* Meta's calls: signed, in batches of entries, changes and events; each event becomes an item of its own. */

/** What is kept of one event: the event, and what of its surroundings gives it meaning. */
export interface Event {
  readonly kind: 'message' | 'status' | 'echo' | 'other'
  readonly field: string
  readonly phoneNumberId?: string
  readonly contacts?: readonly unknown[]
  readonly event: unknown
}

/** `X-Hub-Signature-256` is the HMAC of the raw bytes under the app's secret. */
export function verify({ headers, body }: HookCall, inbox: WhatsappInbox): boolean {
  const secret = inbox.config['cloud.appSecret']
  const given = /^sha256=([0-9a-f]{64})$/i.exec(headers['x-hub-signature-256'] ?? '')?.[1]
  if (!secret || !given) return false
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), Buffer.from(given, 'hex'))
}

/** Meta asks once whether we know the word that the admin typed there. */
export function handshake({ query }: HookCall, inbox: WhatsappInbox): string | null {
  const wanted = inbox.config['cloud.verifyToken']
  const isOurs = Boolean(wanted) && query['hub.mode'] === 'subscribe' && query['hub.verify_token'] === wanted
  return isOurs ? (query['hub.challenge'] ?? '') : null
}

/** Every event of every change of every entry; a status may come many times, so its id names what it says. */
export function split(call: HookCall): readonly Raw[] {
  const body = JSON.parse(Buffer.from(call.body).toString('utf8'))
  if (body?.object !== 'whatsapp_business_account' || !Array.isArray(body.entry)) throw new Error('This is no call of a WhatsApp business account')
  return body.entry.flatMap((entry: any) => list(entry?.changes).flatMap((change: any) => eventsOf(change))).map((found: { id: string; event: Event }) => ({
    externalId: found.id,
    type: 'application/json',
    // Seconds, as a text.
    at: theirMoment(Number((found.event.event as { readonly timestamp?: unknown } | null)?.timestamp) * 1000, call.at),
    body: Buffer.from(JSON.stringify(found.event)),
  }))
}

function eventsOf(change: any): { id: string; event: Event }[] {
  const { field = 'unknown', value } = change ?? {}
  const around = { field: String(field), phoneNumberId: value?.metadata?.phone_number_id, contacts: list(value?.contacts) }
  const found = [
    ...list(value?.messages).map((event) => ({ id: named(event), event: { ...around, kind: 'message' as const, event } })),
    ...list(value?.message_echoes).map((event) => ({ id: `echo:${named(event)}`, event: { ...around, kind: 'echo' as const, event } })),
    ...list(value?.statuses).map((event) => ({ id: `${named(event)}:${event?.status ?? 'unknown'}`, event: { ...around, kind: 'status' as const, event } })),
    ...list(value?.errors).map((event) => ({ id: `error:${digest(event)}`, event: { ...around, kind: 'other' as const, event } })),
  ]
  return found.length > 0 ? found : [{ id: `${around.field}:${digest(change)}`, event: { ...around, kind: 'other', event: value ?? change } }]
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value : [])
const named = (event: any): string => (typeof event?.id === 'string' && event.id ? event.id : `unnamed:${digest(event)}`)
const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value ?? null)).digest('hex')
