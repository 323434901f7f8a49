import type { ChannelDriver, Inbox as SeenInbox } from '#plugin'
import { nowMs } from '#support/clock'
import { afterPages, pagesAreRead } from '#support/pages_first'
import { openTransaction, transaction } from '#support/transaction'
import { MOST_TOGETHER, takeSome, type Read } from './batch.js'
import type { InboxFacts, ItemRow, Prepared } from './draft.js'
import { putBack } from './fate.js'
import { readItem } from './reading.js'

export const LEASE_MS = 60_000
/** Items that are claimed at once. */
const CLAIM = 24
/** What is claimed and not yet taken in lies read in memory: bytes as they came. */
const MOST_BYTES = 64_000_000
/** So many are read ahead of those that are being written; fewer while somebody is at the desk. */
const READ_AHEAD = 24
const READ_AHEAD_SHORT = 4
/** Readings that are under way at once: what is being written goes on in between. */
const AT_ONCE = 2
/** How long pages that are being made go first, each time. */
const PATIENCE_MS = 50
const COLUMNS = ['id', 'inbox_id', 'external_id', 'type', 'raw_path', 'bytes', 'received_at', 'via', 'envelope', 'attempts']

/** An item that is ours to take in. */
interface Claimed {
  readonly item: ItemRow
  readonly leaseUntil: number
  reading: Promise<void> | null
  /** What it was read as, or why it could not be; null while it is being read. */
  read: { readonly things: readonly Prepared[] } | { readonly error: Error } | null
}

/**
 * What waits in one inbox, on its way in: claimed by the handful, read a few ahead, written in the order in which it
 * came. While some are written, those behind them are read, and the next are claimed in that same transaction: so
 * nothing stands still in between. Whoever makes one holds the inbox's lease.
 */
export class Stream {
  /** In their order; what is written leaves. */
  readonly #claimed: Claimed[] = []
  #underWay = 0

  constructor(
    readonly inbox: InboxFacts,
    readonly driver: ChannelDriver<any>,
    readonly seen: SeenInbox<any>
  ) {}

  /**
   * Takes in what waits: `most` items, and those that were claimed with them.
   *
   * @returns how many ended or were put back
   */
  async take(most: number): Promise<number> {
    let done = 0
    while (this.#claimed.length > 0 || done < most) {
      if (this.#claimed.length === 0) this.#claimed.push(...(await transaction(() => this.#claim())))
      if (this.#claimed.length === 0) break
      done += await this.#takeNext(done < most)
    }
    return done
  }

  /** Takes in the first ones that have been read. */
  async #takeNext(mayClaim: boolean): Promise<number> {
    this.#readAhead()
    await this.#claimed[0].reading
    const unread = this.#claimed.findIndex(({ read }) => read === null)
    const some = this.#claimed.splice(0, Math.min(MOST_TOGETHER, unread === -1 ? this.#claimed.length : unread))
    const readable: Read[] = []
    for (const { item, leaseUntil, read } of some) {
      if ('error' in read!) await putBack(item, leaseUntil, read.error)
      else readable.push({ item, leaseUntil, things: read!.things })
    }

    for (let done = 0; done < readable.length; ) {
      await afterPages(PATIENCE_MS)
      const taken = await takeSome(readable.slice(done), this.inbox, async () => (mayClaim && this.#claimed.length < MOST_TOGETHER ? this.#claim() : []))
      done += taken.done
      this.#claimed.push(...taken.last)
      this.#readAhead()
    }
    return some.length
  }

  #readAhead() {
    for (const one of this.#claimed.slice(0, pagesAreRead() ? READ_AHEAD_SHORT : READ_AHEAD)) {
      if (one.reading) continue
      // The first one never waits for a place: it is what all others wait for.
      if (this.#underWay >= AT_ONCE && one !== this.#claimed[0]) return
      this.#underWay++
      one.reading = readItem(one.item, this.driver, this.seen)
        .then(
          (things) => void (one.read = { things }),
          (error: Error) => void (one.read = { error })
        )
        .finally(() => {
          this.#underWay--
          this.#readAhead()
        })
    }
  }

  /** Claims what comes next, in the open transaction: it is ours when that has committed. */
  async #claim(): Promise<Claimed[]> {
    const trx = openTransaction()
    const waiting: ItemRow[] = await trx.from('incoming_items').where({ state: 'stored', inbox_id: this.inbox.id }).where('due_at', '<=', nowMs()).orderBy('id').limit(CLAIM).select(...COLUMNS)
    const next = this.#cut(waiting)
    if (next.length === 0) return []
    const leaseUntil = nowMs() + LEASE_MS
    const taken = await trx
      .from('incoming_items')
      .whereIn('id', next.map(({ id }) => id))
      .where('state', 'stored')
      .update({ state: 'processing', lease_until: leaseUntil })
    if (Number(taken) !== next.length) throw new Error('An item was taken by another hand')
    return next.map((item) => ({ item, leaseUntil, reading: null, read: null }))
  }

  /** Not more at once than memory bears; and one that has failed before goes alone, so that it takes no other with it. */
  #cut(waiting: readonly ItemRow[]): readonly ItemRow[] {
    if (waiting[0]?.attempts > 0) return this.#claimed.length === 0 ? waiting.slice(0, 1) : []
    let bytes = this.#claimed.reduce((sum, { item }) => sum + Number(item.bytes), 0)
    const end = waiting.findIndex((item, at) => {
      bytes += Number(item.bytes)
      return item.attempts > 0 || (bytes > MOST_BYTES && (at > 0 || this.#claimed.length > 0))
    })
    return end === -1 ? waiting : waiting.slice(0, end)
  }
}
