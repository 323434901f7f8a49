import logger from '@adonisjs/core/services/logger'
import { storeReason } from '#plugins/reasons'
import { nowMs } from '#support/clock'
import { eachRow } from '#support/each_row'
import { returnedRows } from '#support/inserting'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, transaction } from '#support/transaction'
import type { Outcome } from '#channels/incoming_item'
import type { ItemRow, Stop } from './draft.js'
import { Unreadable } from './reading.js'
import { TooEarly } from './too_early.js'

/** Seconds before the next try, by the number of tries made; after the fifth it has failed. */
const BACK_OFF_SECONDS = [5, 20, 60, 300]

export interface End {
  readonly outcome: Outcome
  readonly reason?: Stop
  readonly messageId: number | null
  readonly ticketId: number | null
}

/** Another hand has taken this item meanwhile; nothing of ours may be kept. */
export class LeaseLost extends Error {}

/** An item that is ours, and how it ended. */
export interface Ended {
  readonly item: ItemRow
  readonly leaseUntil: number
  readonly end: End
}

/**
 * Ends items, in the transaction that did their work.
 *
 * @throws LeaseLost when one of them is not ours any more
 */
export async function finish(ended: readonly Ended[]) {
  const at = nowMs()
  for (const leaseUntil of new Set(ended.map((one) => one.leaseUntil))) {
    const some = ended.filter((one) => one.leaseUntil === leaseUntil)
    const columns = some.map(({ end: { outcome, reason, messageId, ticketId } }) => ({
      state: outcome === 'ignored' ? 'ignored' : 'done',
      outcome,
      reason: reason?.reason ? storeReason('gateway', { key: reason.reason, values: reason.values }) : null,
      message_id: messageId,
      ticket_id: ticketId,
    }))
    const each = (column: keyof (typeof columns)[number], type: 'text' | 'bigint') => ({ column, ...eachRow(type, some.map(({ item }, n) => [item.id, columns[n][column]])) })
    const sets = [each('state', 'text'), each('outcome', 'text'), each('reason', 'text'), each('message_id', 'bigint'), each('ticket_id', 'bigint')]
    const statement = `update incoming_items set ${sets.map(({ column, sql }) => `${column} = ${sql}`).join(', ')}, lease_until = null, finished_at = ? where id in (${some.map(() => '?').join(', ')}) and state = 'processing' and lease_until = ? returning id`
    const bindings = [...sets.flatMap((set) => set.bindings), at, ...some.map(({ item }) => item.id), leaseUntil]
    if (returnedRows(await openTransaction().rawQuery(statement, bindings as string[])).length !== some.length) throw new LeaseLost()
  }
}

/** A try failed: it waits for the next while others go on, and after five it is shown as failed. */
export async function putBack(item: ItemRow, leaseUntil: number, error: Error) {
  if (error instanceof LeaseLost) return
  const attempts = item.attempts + 1
  const wait = BACK_OFF_SECONDS[item.attempts]
  logger.warn({ err: error, item: item.id, attempts }, 'An incoming item could not be taken in')
  const at = nowMs()
  const end = wait !== undefined ? { state: 'stored', due_at: at + wait * 1000 } : gaveUp(error, at)
  await transaction(async (trx) => {
    await trx
      .from('incoming_items')
      .where({ id: item.id, state: 'processing', lease_until: leaseUntil })
      .update({ attempts, lease_until: null, reason: wordsFor(error), ...end })
    if (wait === undefined) afterCommit(() => poke(['incoming']))
  })
}

function gaveUp(error: Error, at: number) {
  // What it speaks of never came to be known: that is no fault of ours.
  if (error instanceof TooEarly) return { state: 'ignored', outcome: 'ignored', finished_at: at }
  return { state: 'failed', outcome: 'failed', finished_at: at }
}

function wordsFor(error: Error): string {
  if (error instanceof TooEarly) return storeReason('gateway', { key: error.reason })
  if (error instanceof Unreadable) return storeReason('gateway', { key: error.key, values: error.values, detail: error.message.slice(0, 1000) || undefined })
  return storeReason('gateway', { key: 'failed', detail: error.message.slice(0, 1000) })
}
