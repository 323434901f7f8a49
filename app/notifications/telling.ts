import { nowMs } from '#support/clock'
import type { RecordedEvent } from '#support/listeners'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, transaction } from '#support/transaction'
import { audienceOf, type Told } from './audience.js'
import { choicesOf, whenAwake } from './choices.js'

/** A device is told after so long, so that a storm arrives as one. */
const PUSH_AFTER_MS = 3_000
/** Who has not looked at it by then gets it by mail, with all else that waits. */
const MAIL_AFTER_MS = 15 * 60_000

/**
 * Keeps what a batch of events tells to whom, inside the dispatcher's transaction. What is still unseen of the same
 * kind and topic is counted up: ten messages of one customer are one line.
 */
export async function keepNotifications(events: readonly RecordedEvent[]) {
  const told = gather(await audienceOf(events))
  if (told.length === 0) return
  const choices = await choicesOf([...new Set(told.map(({ agentId }) => agentId))])
  const at = nowMs()
  for (const one of told) {
    const chosen = choices.get(one.agentId)
    const ways = chosen?.ways[one.kind]
    if (!chosen || !ways || !(ways.page || ways.push || ways.mail)) continue
    const push = ways.push ? whenAwake(chosen, at + PUSH_AFTER_MS) : null
    const mail = ways.mail ? whenAwake(chosen, at + MAIL_AFTER_MS) : null
    await keep(one, { in_page: ways.page ? 1 : 0, sound: ways.sound ? 1 : 0, push_at: push, mail_at: mail })
  }
  const names = [...new Set(told.map(({ agentId }) => noticesOf(agentId)))]
  afterCommit(() => poke(names))
}

/** The region of a page that shows an agent's own notices. */
export const noticesOf = (agentId: number) => `notices-${agentId}`

interface Gathered extends Told {
  readonly count: number
}

function gather(told: readonly Told[]): Gathered[] {
  const found = new Map<string, Gathered>()
  for (const one of told) {
    const key = `${one.agentId} ${one.kind} ${one.topic}`
    found.set(key, { ...one, count: (found.get(key)?.count ?? 0) + 1 })
  }
  return [...found.values()]
}

async function keep({ agentId, kind, topic, ticketId, event, forId, count }: Gathered, ways: { in_page: number; sound: number; push_at: number | null; mail_at: number | null }) {
  const trx = openTransaction()
  const about = { event_id: event.id, ticket_id: ticketId, actor_kind: event.by?.kind ?? 'system', actor_id: event.by ? String(event.by.id) : null, for_id: forId, at: event.at, sound: ways.sound, push_at: ways.push_at }
  const raised = await trx
    .from('notifications')
    .where({ agent_id: agentId, kind, topic })
    .whereNull('seen_at')
    // What was mailed, and not looked at, is mailed again when more comes; what waits for its mail waits no longer for it.
    .update({ ...about, count: trx.raw('count + ?', [count]), ...(ways.mail_at !== null && { mail_at: trx.raw('coalesce(mail_at, ?)', [ways.mail_at]) }) })
  if (Number(raised) > 0) return
  await trx.insertQuery().table('notifications').insert({ agent_id: agentId, kind, topic, count, ...about, ...ways })
}

/**
 * Marks as seen what an agent was told: one line, all of a ticket's, or everything up to a line.
 *
 * @returns how many were unseen.
 */
export async function markSeen(agentId: number, which: { readonly id: number } | { readonly ticketId: number } | { readonly upTo: number }): Promise<number> {
  return transaction(async (trx) => {
    const query = trx.from('notifications').where('agent_id', agentId).whereNull('seen_at')
    if ('id' in which) query.where('id', which.id)
    else if ('ticketId' in which) query.where('ticket_id', which.ticketId)
    else query.where('id', '<=', which.upTo)
    const seen = Number(await query.update({ seen_at: nowMs(), push_at: null, mail_at: null }))
    if (seen > 0) afterCommit(() => poke([noticesOf(agentId)]))
    return seen
  })
}

/** What was seen a month ago, or told a quarter of a year ago, is told no more; the history keeps the events. */
export async function forgetOld() {
  const day = 86_400_000
  await transaction(async (trx) => {
    await trx.from('notifications').where('seen_at', '<', nowMs() - 30 * day).delete()
    await trx.from('notifications').where('at', '<', nowMs() - 90 * day).delete()
    await trx.from('notification_mails').where('created_at', '<', nowMs() - 90 * day).delete()
  })
}
