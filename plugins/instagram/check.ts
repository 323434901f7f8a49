import { DateTime } from 'luxon'
import type { Health, Reason } from '#plugin'
import { senderOf, type InstagramInbox } from './config.js'
import { wordsOf } from './faults.js'
import { graph } from './graph.js'

const FIELDS = ['messages', 'messaging_postbacks', 'messaging_seen', 'message_reactions', 'messaging_referral', 'standby']
/** So many days before a token ends it is said, and without a word for so long the account's own switch is suspected. */
const WARN_DAYS = 7

/** Asks whether the token still opens the account, and subscribes it where it is not. */
export async function check(inbox: InstagramInbox): Promise<Health> {
  try {
    const known = await graph(inbox, 'GET', inbox.config.login_kind === 'page' ? encodeURIComponent(inbox.config.ig_account_id.trim()) : 'me', { query: { fields: inbox.config.login_kind === 'page' ? 'id,username' : 'user_id,username' } })
    if (!known.ok) return { ok: false, reason: wordsOf(known.fault) }
    const subscribed = await graph(inbox, 'GET', `${senderOf(inbox)}/subscribed_apps`)
    if (!subscribed.ok) return { ok: false, reason: wordsOf(subscribed.fault) }
    const fields: string[] = (subscribed.body.data ?? []).flatMap((app: { subscribed_fields?: string[] }) => app.subscribed_fields ?? [])
    if (!fields.includes('messages')) {
      const done = await graph(inbox, 'POST', `${senderOf(inbox)}/subscribed_apps`, { json: { subscribed_fields: FIELDS.join(',') } })
      if (!done.ok) return { ok: false, reason: wordsOf(done.fault) }
    }
    return { ok: true, ...((await noteOf(inbox)) ?? {}) }
  } catch (error) {
    return { ok: false, reason: { key: 'fault.unreached', detail: (error as Error).message } }
  }
}

async function noteOf(inbox: InstagramInbox): Promise<{ note: Reason } | null> {
  const ends = DateTime.fromISO(inbox.config.token_expires_at ?? '')
  if (inbox.config.login_kind === 'business' && ends.isValid && ends.diff(inbox.now()).as('days') < WARN_DAYS) return { note: { key: 'fault.expires', values: { date: ends.toISODate()! } } }
  const heard = DateTime.fromISO((await inbox.store.get('heard')) ?? '')
  if (!heard.isValid || inbox.now().diff(heard).as('days') > WARN_DAYS) return { note: { key: 'fault.silent', values: { days: WARN_DAYS } } }
  return null
}

/**
 * A token of the Business Login lives for 60 days and is renewed in time; one that has ended must be made anew by hand.
 * Documented with the token in the address, unlike every other call; no proof belongs to it.
 */
export async function renew(inbox: InstagramInbox): Promise<{ access_token: string; token_expires_at: string } | null> {
  if (inbox.config.login_kind !== 'business') return null
  const answer = await graph(inbox, 'GET', 'refresh_access_token', { query: { grant_type: 'ig_refresh_token', access_token: inbox.config.access_token } })
  if (!answer.ok || !answer.body.access_token) return null
  return { access_token: String(answer.body.access_token), token_expires_at: inbox.now().plus({ seconds: Number(answer.body.expires_in) || 0 }).toISO()! }
}
