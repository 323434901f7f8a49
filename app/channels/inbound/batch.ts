import logger from '@adonisjs/core/services/logger'
import { pagesAreRead } from '#support/pages_first'
import { transaction } from '#support/transaction'
import { DuplicateMessage } from '#tickets/ticket/receiving'
import { Ahead } from './ahead.js'
import { InboundDraft, type InboxFacts, type ItemRow, type Prepared, type Stop } from './draft.js'
import { finish, putBack, type End, type Ended } from './fate.js'
import { historySteps, steps } from './steps.js'

/** Items that share a transaction at most, and for how long: whoever else writes waits meanwhile. */
export const MOST_TOGETHER = 24
const TOGETHER_MS = 100
/** The same while somebody is at the desk. */
const SHORT_MS = 15

/** An item that is ours and was read. */
export interface Read {
  readonly item: ItemRow
  readonly leaseUntil: number
  readonly things: readonly Prepared[]
}

/**
 * Several items in one transaction, in their order: a durable commit costs as much as an item. When one of them cannot
 * be taken in, nothing of it is kept, and each is taken alone, so that none takes another with it.
 *
 * @param last - done at the end of that transaction; nothing of it when they are taken alone
 * @returns how many of them are done with, and what `last` gave
 */
export async function takeSome<T>(read: readonly Read[], inbox: InboxFacts, last: () => Promise<T[]>): Promise<{ done: number; last: T[] }> {
  try {
    let done = 0
    const given = await transaction(async () => {
      const until = performance.now() + (pagesAreRead() ? SHORT_MS : TOGETHER_MS)
      const ahead = await Ahead.of(inbox, read.flatMap(({ things }) => things))
      const ended: Ended[] = []
      do ended.push(await takeIn(read[done++], inbox, ahead))
      while (done < read.length && performance.now() < until)
      await finish(ended)
      return last()
    })
    return { done, last: given }
  } catch (error) {
    logger.debug({ err: error, items: read.map(({ item }) => item.id) }, 'Items could not be taken in together; each is taken alone')
  }
  for (const one of read) await takeAlone(one, inbox)
  return { done: read.length, last: [] }
}

async function takeAlone(one: Read, inbox: InboxFacts) {
  const take = () => transaction(async () => finish([await takeIn(one, inbox, await Ahead.of(inbox, one.things))]))
  try {
    // Another process may have written the same message in this moment; the second time it can be seen.
    await take().catch((error) => (error instanceof DuplicateMessage ? take() : Promise.reject(error)))
  } catch (error) {
    await putBack(one.item, one.leaseUntil, error as Error)
  }
}

async function takeIn({ item, leaseUntil, things }: Read, inbox: InboxFacts, ahead: Ahead): Promise<Ended> {
  return { item, leaseUntil, end: await runSteps(item, inbox, things, ahead) }
}

async function runSteps(item: ItemRow, inbox: InboxFacts, things: readonly Prepared[], ahead: Ahead): Promise<End> {
  if (things.length === 0) return { outcome: 'ignored', reason: { outcome: 'ignored', reason: 'nothing_in_it' }, messageId: null, ticketId: null }
  const ends: End[] = []
  for (const thing of things) {
    ends.push(await runDraft(new InboundDraft(item, inbox, thing, ahead)))
    if ('externalId' in thing.incoming) ahead.forget(thing.incoming.externalId)
  }
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
