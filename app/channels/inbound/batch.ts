import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { ChannelDriver, Inbox as SeenInbox } from '#plugin'
import { nowMs } from '#support/clock'
import { afterPages, pagesAreRead } from '#support/pages_first'
import { transaction } from '#support/transaction'
import { DuplicateMessage } from '#tickets/ticket/receiving'
import { InboundDraft, type InboxFacts, type ItemRow, type Prepared, type Stop } from './draft.js'
import { finish, putBack, type End } from './fate.js'
import { readItem } from './reading.js'
import { historySteps, steps } from './steps.js'

export const LEASE_MS = 60_000
/** Items that are claimed together. */
export const BATCH = 25
const BATCH_BYTES = 64_000_000
/** So many are read ahead: those of the next transaction while this one is written; fewer while somebody is at the desk. */
const READ_AHEAD = 16
const READ_AHEAD_SHORT = 4
/** Items that share a transaction at most, and for how long: whoever else writes waits meanwhile. */
const TOGETHER = 12
const TOGETHER_MS = 50
/** The same while somebody is at the desk. */
const SHORT_MS = 15
/** How long pages that are being made go first, each time. */
const PATIENCE_MS = 50
const COLUMNS = ['id', 'inbox_id', 'external_id', 'type', 'raw_path', 'bytes', 'received_at', 'via', 'attempts']

/**
 * Takes what waits next in an inbox and processes it.
 *
 * @returns how many items ended or were put back
 */
export async function processBatch(inbox: InboxFacts, driver: ChannelDriver<any>, seen: SeenInbox<any>): Promise<number> {
  const waiting: ItemRow[] = await db.from('incoming_items').where({ state: 'stored', inbox_id: inbox.id }).where('due_at', '<=', nowMs()).orderBy('id').limit(BATCH).select(...COLUMNS)
  const batch = cutBatch(waiting)
  if (batch.length === 0) return 0

  const leaseUntil = nowMs() + LEASE_MS
  const claimed = await db
    .from('incoming_items')
    .whereIn('id', batch.map(({ id }) => id))
    .where('state', 'stored')
    .update({ state: 'processing', lease_until: leaseUntil })
  if (Number(claimed) !== batch.length) return 0

  const readings = readAhead(batch, driver, seen)
  for (let from = 0; from < batch.length; from += TOGETHER) {
    const read: Read[] = []
    for (let at = from; at < Math.min(from + TOGETHER, batch.length); at++) {
      const item = batch[at]
      try {
        read.push({ item, things: await readings[at]() })
      } catch (error) {
        await putBack(item, leaseUntil, error as Error)
      }
    }
    for (let done = 0; done < read.length; ) {
      await afterPages(PATIENCE_MS)
      done += await takeSome(read.slice(done), inbox, leaseUntil)
    }
  }
  return batch.length
}

/** Not more at once than memory bears; and one that has failed before goes alone, so that it takes no other with it. */
function cutBatch(waiting: readonly ItemRow[]): readonly ItemRow[] {
  if (waiting[0]?.attempts > 0) return waiting.slice(0, 1)
  let bytes = 0
  const end = waiting.findIndex((item, at) => item.attempts > 0 || (at > 0 && (bytes += Number(item.bytes)) + Number(waiting[0].bytes) > BATCH_BYTES))
  return end === -1 ? waiting : waiting.slice(0, end)
}

/** Reads a few items ahead of the one that is being written; each settles by itself. */
function readAhead(batch: readonly ItemRow[], driver: ChannelDriver<any>, seen: SeenInbox<any>) {
  const started: Promise<{ value: Prepared[] } | { error: unknown }>[] = []
  const start = (at: number) => {
    if (at < batch.length) {
      started[at] ??= readItem(batch[at], driver, seen).then(
        (value) => ({ value }),
        (error: unknown) => ({ error })
      )
    }
  }
  return batch.map((_, at) => async () => {
    for (let ahead = at; ahead < at + (pagesAreRead() ? READ_AHEAD_SHORT : READ_AHEAD); ahead++) start(ahead)
    const result = await started[at]
    if ('error' in result) throw result.error
    return result.value
  })
}

interface Read {
  readonly item: ItemRow
  readonly things: readonly Prepared[]
}

/**
 * Several items in one transaction, in their order: a durable commit costs as much as an item. When one of them cannot
 * be taken in, nothing of it is kept, and each is taken alone, so that none takes another with it.
 *
 * @returns how many of them are done with
 */
async function takeSome(read: readonly Read[], inbox: InboxFacts, leaseUntil: number): Promise<number> {
  if (read.length > 1) {
    try {
      let done = 0
      await transaction(async () => {
        const until = performance.now() + (pagesAreRead() ? SHORT_MS : TOGETHER_MS)
        do {
          const { item, things } = read[done++]
          await finish(item, leaseUntil, await runSteps(item, inbox, things))
        } while (done < read.length && performance.now() < until)
      })
      return done
    } catch (error) {
      logger.debug({ err: error, items: read.map(({ item }) => item.id) }, 'Items could not be taken in together; each is taken alone')
    }
  }
  for (const one of read) await takeAlone(one, inbox, leaseUntil)
  return read.length
}

async function takeAlone({ item, things }: Read, inbox: InboxFacts, leaseUntil: number) {
  const take = () => transaction(async () => finish(item, leaseUntil, await runSteps(item, inbox, things)))
  try {
    // Another process may have written the same message in this moment; the second time it can be seen.
    await take().catch((error) => (error instanceof DuplicateMessage ? take() : Promise.reject(error)))
  } catch (error) {
    await putBack(item, leaseUntil, error as Error)
  }
}

async function runSteps(item: ItemRow, inbox: InboxFacts, things: readonly Prepared[]): Promise<End> {
  if (things.length === 0) return { outcome: 'ignored', reason: { outcome: 'ignored', reason: 'nothing_in_it' }, messageId: null, ticketId: null }
  const ends: End[] = []
  for (const thing of things) ends.push(await runDraft(new InboundDraft(item, inbox, thing)))
  return ends.find(({ outcome }) => outcome !== 'ignored') ?? ends[0]
}

async function runDraft(draft: InboundDraft): Promise<End> {
  let stop: Stop | undefined
  for (const step of draft.isHistory ? historySteps : steps) {
    stop = (await step(draft)) ?? undefined
    if (stop) break
  }
  const outcome = stop?.outcome ?? draft.outcome
  if (!outcome) throw new Error('The steps ended without an outcome')
  return { outcome, reason: stop, messageId: draft.messageId, ticketId: draft.ticketId }
}
