import { randomUUID } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { pluginRegistry } from '#plugins/registry'
import { storeReason } from '#plugins/reasons'
import { farewellOf } from '#channels/farewell'
import Inbox from '#channels/inbox'
import { capabilitiesOf } from '#channels/terms'
import { nowMs } from '#support/clock'
import { wakeUp } from '#support/wake_up'
import { HOLDER, releaseLease, takeLease } from '#support/leases'
import { ourAddresses } from '#tickets/our_addresses'
import { LEASE_MS, Stream } from './stream.js'

const RENEW_MS = 20_000
/** Items of one inbox before another hand may have it. */
const MOST = 200
/** A process that dies over one item this often is not tried with it again. */
const MAX_DEATHS = 8

/**
 * Takes what waits in one inbox, in the order in which it came, and processes it; other inboxes go on
 * beside it in other hands. False: nothing waits that is free.
 *
 * @param restMs - how long to wait for more when nothing waits any longer
 */
export async function takeNextIncoming({ restMs = 0 }: { restMs?: number } = {}): Promise<boolean> {
  for (let inboxId = await nextInbox(0); inboxId !== null; inboxId = await nextInbox(inboxId)) {
    if ((await workOn(inboxId, MOST, restMs)) > 0) return true
  }
  return false
}

/** Processes one item now, after all that waits before it in its inbox; up to a minute, then it is left to the worker. */
export async function processNow(inboxId: number, itemId: number) {
  const patience = Date.now() + 60_000
  const inbox = await Inbox.findOrFail(inboxId)
  while (pluginRegistry.channel(inbox.channel)) {
    const item = await db.from('incoming_items').where('id', itemId).select('state', 'due_at', 'attempts').first()
    if (!item || !['stored', 'processing'].includes(item.state) || item.attempts > 0 || Date.now() > patience) return
    if ((await workOn(inboxId, 1)) === 0) await new Promise((done) => setTimeout(done, 25))
  }
}

/** The next inbox that has something to take and that no hand here works on: a walk along the index, one step an inbox. */
async function nextInbox(after: number): Promise<number | null> {
  const next = async (state: string): Promise<number | null> => {
    const row = await db.from('incoming_items').where('state', state).where('inbox_id', '>', after).whereNotIn('inbox_id', [...atWork]).orderBy('inbox_id').select('inbox_id').first()
    return row?.inbox_id ?? null
  }
  for (const inboxId of atWork) turnedAway.add(inboxId)
  const stored = await next('stored')
  // What is being processed where nobody is at work was left by the dead; beside work there is time to look later.
  if (atWork.size > 0) return stored
  const left = await next('processing')
  return stored === null || left === null ? (stored ?? left) : Math.min(stored, left)
}

/** Inboxes that a hand of this process works on, and those of them that another hand has asked for meanwhile. */
const atWork = new Set<number>()
const turnedAway = new Set<number>()

/** @returns how many items ended or were put back */
async function workOn(inboxId: number, most: number, restMs = 0): Promise<number> {
  if (atWork.has(inboxId)) {
    turnedAway.add(inboxId)
    return 0
  }
  atWork.add(inboxId)
  try {
    return await workAlone(inboxId, most, restMs)
  } finally {
    atWork.delete(inboxId)
    // What came after the last look, and whose hand was turned away.
    if (turnedAway.delete(inboxId)) wakeUp.wake('incoming')
  }
}

async function workAlone(inboxId: number, most: number, restMs: number): Promise<number> {
  const inbox = await Inbox.find(inboxId)
  const driver = inbox && pluginRegistry.channel(inbox.channel)
  // Without its plugin nothing can be read; the items wait for it.
  if (!inbox || !driver) return 0
  if (!(await somethingIsDue(inboxId))) return 0

  const lease = `incoming:${inboxId}`
  const hand = `${HOLDER}-${randomUUID().slice(0, 8)}`
  if (!(await takeLease(lease, LEASE_MS, hand))) return 0
  const renewal = setInterval(() => void takeLease(lease, LEASE_MS, hand).catch((error: Error) => logger.warn({ err: error, lease }, 'A lease could not be renewed; it ends by its time')), RENEW_MS)
  try {
    await recoverOrphans(inboxId)
    const seen = await pluginRegistry.inboxFor(inbox)
    const autoReply = { on: Boolean(inbox.autoReply), text: inbox.autoReplyText, stopped: inbox.autoReplyStoppedAt !== null }
    const facts = { id: inbox.id, channel: inbox.channel, ours: await ourAddresses(), teamId: inbox.teamId, agentId: inbox.agentId, reopenWithinDays: inbox.reopenWithinDays, autoReply, farewell: await farewellOf(inbox), terms: capabilitiesOf(inbox) ?? driver.capabilities, knowsProfiles: Boolean(driver.profile) }
    const stream = new Stream(facts, driver, seen)
    let done = await stream.take(most)
    // What comes meanwhile is taken together: to claim and to commit costs as much for one as for several.
    for (let more = done; more > 0 && done < most && restMs > 0; done += more) {
      await new Promise((rested) => setTimeout(rested, restMs))
      more = await stream.take(most - done)
    }
    return done
  } finally {
    clearInterval(renewal)
    await releaseLease(lease, hand)
  }
}

async function somethingIsDue(inboxId: number): Promise<boolean> {
  const row = await db
    .from('incoming_items')
    .where('inbox_id', inboxId)
    .where((query) => query.where((stored) => stored.where('state', 'stored').where('due_at', '<=', nowMs())).orWhere('state', 'processing'))
    .select('id')
    .first()
  return Boolean(row)
}

/** Whoever holds the inbox's lease is the only one at work on it: what is still `processing` was left by the dead. */
async function recoverOrphans(inboxId: number) {
  const left = await db.from('incoming_items').where({ state: 'processing', inbox_id: inboxId }).select('id', 'attempts')
  for (const { id, attempts } of left) {
    const fate = attempts + 1 >= MAX_DEATHS ? { state: 'failed', outcome: 'failed', reason: storeReason('gateway', { key: 'worker_died' }), finished_at: nowMs() } : { state: 'stored' }
    await db.from('incoming_items').where({ id, state: 'processing' }).update({ ...fate, attempts: attempts + 1, lease_until: null })
  }
}
