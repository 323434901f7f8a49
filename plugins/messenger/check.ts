import type { Health } from '#plugin'
import type { MessengerInbox } from './config.js'
import { wordsOf } from './faults.js'
import { graph } from './graph.js'

/** What a page must send us (Meta: page subscribed_apps). */
const FIELDS = ['messages', 'messaging_postbacks', 'message_echoes', 'message_reads', 'message_deliveries', 'message_reactions', 'messaging_referrals', 'messaging_handovers', 'standby', 'message_edits']

/**
 * Asks whether the token still opens the page, and subscribes the page where it is not: Facebook ends a subscription by
 * itself after a long outage of ours.
 */
export async function check(inbox: MessengerInbox): Promise<Health> {
  const page = encodeURIComponent(inbox.config.page_id.trim())
  try {
    const known = await graph(inbox, 'GET', page, { query: { fields: 'id,name' } })
    if (!known.ok) return { ok: false, reason: wordsOf(known.fault) }
    const subscribed = await graph(inbox, 'GET', `${page}/subscribed_apps`)
    if (!subscribed.ok) return { ok: false, reason: wordsOf(subscribed.fault) }
    if (!isSubscribed(subscribed.body.data ?? [], inbox)) {
      const done = await graph(inbox, 'POST', `${page}/subscribed_apps`, { json: { subscribed_fields: FIELDS.join(',') } })
      if (!done.ok) return { ok: false, reason: wordsOf(done.fault) }
    }
    return (await policyAlarm(inbox)) ?? { ok: true }
  } catch (error) {
    return { ok: false, reason: { key: 'fault.unreached', detail: (error as Error).message } }
  }
}

function isSubscribed(apps: readonly Record<string, any>[], { config }: MessengerInbox): boolean {
  const ours = config.app_id ? apps.filter(({ id }) => String(id) === config.app_id) : apps
  return ours.some(({ subscribed_fields: fields = [] }) => FIELDS.slice(0, 5).every((field) => fields.includes(field)))
}

/** Facebook has restricted the page: kept when it told so, until it says that it is over. */
async function policyAlarm(inbox: MessengerInbox): Promise<Health | null> {
  const { action, reason } = JSON.parse((await inbox.store.get('policy')) || '{}')
  return action && action !== 'unblock' ? { ok: false, reason: { key: 'fault.policy', values: { action: String(action) }, detail: reason || undefined } } : null
}
