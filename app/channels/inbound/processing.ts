import { randomUUID } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { pluginRegistry } from '#plugins/registry'
import { storeReason } from '#plugins/reasons'
import { farewellOf } from '#channels/farewell'
import Inbox from '#channels/inbox'
import { capabilitiesOf } from '#channels/terms'
import { nowMs } from '#support/clock'
import { HOLDER, releaseLease, takeLease } from '#support/leases'
import { ourAddresses } from '#tickets/our_addresses'
import { BATCH, LEASE_MS, processBatch } from './batch.js'

const RENEW_MS = 20_000
/** Batches of one inbox before another hand may have it. */
const BATCHES = 8
/** A process that dies over one item this often is not tried with it again. */
const MAX_DEATHS = 8

/**
 * Takes what waits in one inbox, in the order in which it came, and processes it; other inboxes go on
 * beside it in other hands. False: nothing waits that is free.
 *
 * @param restMs - how long to wait for more between two batches that were not full
 */
export async function takeNextIncoming({ restMs = 0 }: { restMs?: number } = {}): Promise<boolean> {
  for (let inboxId = await nextInbox(0); inboxId !== null; inboxId = await nextInbox(inboxId)) {
    if ((await workOn(inboxId, BATCHES, restMs)) > 0) return true
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

/** The next inbox that has something to take: a walk along the index, one step an inbox. */
async function nextInbox(after: number): Promise<number | null> {
  const found: number[] = []
  for (const state of ['stored', 'processing']) {
    const row = await db.from('incoming_items').where('state', state).where('inbox_id', '>', after).orderBy('inbox_id').select('inbox_id').first()
    if (row) found.push(row.inbox_id)
  }
  return found.length > 0 ? Math.min(...found) : null
}

/** @returns how many items ended or were put back */
async function workOn(inboxId: number, batches: number, restMs = 0): Promise<number> {
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
    let done = 0
    for (let batch = 0; batch < batches; batch++) {
      const count = await processBatch(facts, driver, seen)
      done += count
      if (count === 0) break
      // What comes meanwhile is taken together: claiming a batch costs as much as processing one of it.
      if (restMs > 0 && count < BATCH) await new Promise((done) => setTimeout(done, restMs))
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
