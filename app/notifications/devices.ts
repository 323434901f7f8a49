import { createHash } from 'node:crypto'
import encryption from '@adonisjs/core/services/encryption'
import { allowedOutside } from '#plugins/outbound_addresses'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { reading, transaction } from '#support/transaction'

/*
 * The devices of an agent that take push messages (contracts/channels/09): Web Push, RFC 8030, 8291, 8292.
 */

export interface Subscription {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** Whose push services we speak to. A subscription is what a browser says, so its host is checked before anything is sent there. */
const SERVICES = [/^fcm\.googleapis\.com$/, /^updates\.push\.services\.mozilla\.com$/, /\.push\.apple\.com$/, /\.notify\.windows\.com$/]
const MOST_DEVICES = 10

/** Whether a push message may be sent to this address: a known service over HTTPS, or a host that OUTBOUND_ALLOW names. */
export function isPushService(endpoint: string): boolean {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (!url || url.username || url.password) return false
  if (allowedOutside().host(url.hostname)) return true
  return url.protocol === 'https:' && url.port === '' && SERVICES.some((service) => service.test(url.hostname))
}

/**
 * Adds a device, or moves one from whoever signed in on it before.
 *
 * @throws DomainError when the address is no push service's.
 */
export async function addDevice(agentId: number, subscription: Subscription, browser: string | null) {
  if (!isPushService(subscription.endpoint)) throw new DomainError('notifications.errors.no_service', 422)
  const row = { agent_id: agentId, endpoint_hash: hashOf(subscription.endpoint), subscription: encryption.encrypt(subscription), browser: browser?.slice(0, 300) ?? null, created_at: nowMs(), error: null }
  await transaction(async (trx) => {
    await trx.knexQuery().table('push_subscriptions').insert(row).onConflict('endpoint_hash').merge()
    const surplus = await trx.from('push_subscriptions').where('agent_id', agentId).orderBy('id', 'desc').select('id').offset(MOST_DEVICES).limit(100)
    if (surplus.length > 0) await trx.from('push_subscriptions').whereIn('id', surplus.map(({ id }) => id)).delete()
  })
}

/** Forgets a device: by its row, by its address (at sign-out), or all of an agent (who leaves). */
export async function removeDevices(agentId: number, which: { readonly id?: number; readonly endpoint?: string } = {}) {
  await transaction(async (trx) => {
    const query = trx.from('push_subscriptions').where('agent_id', agentId)
    if (which.id !== undefined) query.where('id', which.id)
    if (which.endpoint !== undefined) query.where('endpoint_hash', hashOf(which.endpoint))
    await query.delete()
  })
}

export interface Device {
  readonly id: number
  readonly browser: string | null
  readonly sentAt: number | null
  readonly shownAt: number | null
  readonly error: string | null
}

export async function devicesOf(agentId: number): Promise<Device[]> {
  const rows = await reading().from('push_subscriptions').where('agent_id', agentId).orderBy('id', 'desc').limit(MOST_DEVICES)
  return rows.map((row) => ({ id: row.id, browser: row.browser, sentAt: moment(row.sent_at), shownAt: moment(row.shown_at), error: row.error }))
}

/** The device says that it showed a message: now we know that push reaches it. */
export async function confirmShown(agentId: number, endpoint: string) {
  await transaction((trx) => trx.from('push_subscriptions').where({ agent_id: agentId, endpoint_hash: hashOf(endpoint) }).update({ shown_at: nowMs(), error: null }))
}

interface Vapid {
  readonly publicKey: string
  readonly privateKey: string
}

let vapid: Vapid | null = null

/** Our keys towards the push services, made at first use and kept encrypted; a change makes every subscription void. */
export async function vapidKeys(): Promise<Vapid> {
  if (vapid) return vapid
  const row = await reading().from('settings').where('key', 'push.keys').select('value').first()
  const known = row ? encryption.decrypt<Vapid>(JSON.parse(row.value)) : null
  if (known) return (vapid = known)
  const { default: webPush } = await import('web-push')
  const made = webPush.generateVAPIDKeys()
  await transaction((trx) => trx.knexQuery().table('settings').insert({ key: 'push.keys', value: JSON.stringify(encryption.encrypt(made)), updated_at: nowMs() }).onConflict('key').ignore())
  const kept = await reading().from('settings').where('key', 'push.keys').select('value').first()
  return (vapid = encryption.decrypt<Vapid>(JSON.parse(kept.value)) ?? made)
}

/** Forgets the keys that were read; for tests that roll back. */
export function forgetVapidKeys() {
  vapid = null
}

const hashOf = (endpoint: string) => createHash('sha256').update(endpoint).digest('hex')
const moment = (value: unknown) => (value === null || value === undefined ? null : Number(value))
