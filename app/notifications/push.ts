import encryption from '@adonisjs/core/services/encryption'
import i18nManager from '@adonisjs/i18n/services/main'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { appUrl } from '#config/app'
import { nowMs } from '#support/clock'
import { choicesOf } from './choices.js'
import { isPushService, vapidKeys, type Subscription } from './devices.js'
import { linesOf, type Line } from './lines.js'

/** Seconds for which a push service keeps a message: a stale alarm is noise. */
const KEEP_SECONDS = 600
const TIME_OUT_MS = 10_000
/** More than so many at once arrive as one. */
const ONE_BY_ONE = 3
const TEXT = 200

interface Pushed {
  readonly title: string
  readonly body: string
  readonly url: string
  /** A later message with the same tag takes the place of the earlier one. */
  readonly tag: string
}

/**
 * Sends what is due to the devices of its agents. A push message is a hint: what it tells of is a row that the page
 * shows anyway, so it is taken first and then sent, and never twice.
 */
export async function pushDue() {
  const due = await db.from('notifications').where('push_at', '<=', nowMs()).groupBy('agent_id').select('agent_id').limit(200)
  for (const { agent_id: agentId } of due) await pushTo(agentId)
}

async function pushTo(agentId: number) {
  const rows = await db.from('notifications').where('agent_id', agentId).where('push_at', '<=', nowMs()).orderBy('id', 'desc').limit(100)
  const taken: any[] = []
  for (const row of rows) if (Number(await db.from('notifications').where({ id: row.id, push_at: row.push_at }).update({ push_at: null })) === 1) taken.push(row)
  if (taken.length === 0) return
  const agent = await db.from('agents').where('id', agentId).whereNull('deactivated_at').select('language').first()
  const devices = agent ? await db.from('push_subscriptions').where('agent_id', agentId).orderBy('id').limit(20) : []
  if (devices.length === 0) return

  const i18n = i18nManager.locale(agent.language)
  const choices = (await choicesOf([agentId])).get(agentId)!
  const lines = await linesOf(taken, i18n)
  const messages = lines.length > ONE_BY_ONE ? [summary(lines, i18n)] : lines.map((line) => single(line, choices.showContent, i18n))
  for (const device of devices) for (const message of messages) if (!(await send(device, message))) break
}

type Say = { t(key: string, values?: object): string }

function single(line: Line, showContent: boolean, i18n: Say): Pushed {
  const tag = line.ticketId ? `ticket-${line.ticketId}` : `${line.kind}-${line.id}`
  if (!showContent) return { title: i18n.t('notifications.push.something'), body: '', url: line.href, tag }
  return { title: line.text.slice(0, TEXT), body: (line.subject ?? '').slice(0, TEXT), url: line.href, tag }
}

function summary(lines: readonly Line[], i18n: Say): Pushed {
  const count = lines.reduce((sum, line) => sum + line.count, 0)
  return { title: i18n.t('notifications.push.many', { count }), body: '', url: '/notifications', tag: 'many' }
}

/** A message to one device of the agent, to see whether it comes. */
export async function pushTest(agentId: number, i18n: Say): Promise<number> {
  const devices = await db.from('push_subscriptions').where('agent_id', agentId).limit(20)
  let accepted = 0
  for (const device of devices) if (await send(device, { title: i18n.t('notifications.push.test'), body: i18n.t('notifications.push.test_body'), url: '/profile/notifications', tag: 'test' })) accepted++
  return accepted
}

/** False: this device takes nothing now. What the service answers decides: gone devices are forgotten. */
async function send(device: any, message: Pushed): Promise<boolean> {
  const subscription = encryption.decrypt<Subscription>(device.subscription)
  if (!subscription || !isPushService(subscription.endpoint)) {
    await db.from('push_subscriptions').where('id', device.id).delete()
    return false
  }
  try {
    const vapidDetails = { subject: subjectOf(appUrl), ...(await vapidKeys()) }
    const { default: webPush } = await import('web-push')
    const { method, headers, body, endpoint } = webPush.generateRequestDetails(subscription, JSON.stringify(message), { TTL: KEEP_SECONDS, urgency: 'high', topic: topicOf(message.tag), vapidDetails, contentEncoding: 'aes128gcm' })
    const answer = await fetch(endpoint, { method, headers: headers as Record<string, string>, body: body as Uint8Array<ArrayBuffer>, redirect: 'error', signal: AbortSignal.timeout(TIME_OUT_MS) })
    await answer.body?.cancel()
    return await settle(device.id, answer.status)
  } catch (error) {
    logger.warn({ err: error, device: device.id }, 'A push message did not leave')
    await db.from('push_subscriptions').where('id', device.id).update({ error: (error as Error).message.slice(0, 300) })
    return false
  }
}

async function settle(deviceId: number, status: number): Promise<boolean> {
  const device = db.from('push_subscriptions').where('id', deviceId)
  if (status === 404 || status === 410) await device.delete()
  else if (status >= 200 && status < 300) await device.update({ sent_at: nowMs(), error: null })
  else await device.update({ error: `HTTP ${status}` })
  return status >= 200 && status < 300
}

/** Who a push service may turn to: RFC 8292 wants a mailto: or https: address. */
const subjectOf = (url: string) => (url.startsWith('https:') ? url : 'mailto:admin@localhost.localdomain')
/** At most 32 characters of the URL-safe alphabet (RFC 8030 §5.4). */
const topicOf = (tag: string) => tag.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 32)
