import db from '@adonisjs/lucid/services/db'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { dropKept } from '#support/files'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { enqueue } from '#support/jobs'
import { changeSettings, setting } from '#support/settings'
import { openTransaction, transaction } from '#support/transaction'
import { purgeSpam } from '#tickets/purging'
import { forgetLessons } from './filter.js'

/*
 * Spam that nobody has touched for as long as the admin says (30 days, if nothing else was said) is
 * deleted with its bytes (R068). The row of what arrived stays, so that the same mail is not fetched again.
 */

/** The fate of an item whose spam was deleted. */
export const PURGED = 'purged'
export const RAW_JOB = 'channels:raw'

const DAY_MS = 86_400_000
/** Tickets of one transaction, and how many are looked at in one turn. */
const AT_ONCE = 25
const A_TURN = 500

/** Where the last turn ended: those that stay for good are not looked at again and again first. */
let place = { at: 0, id: 0 }

/** A week at least, so that a few days off lose nothing. */
const FEWEST_DAYS = 7
export const MOST_DAYS = 3650

/**
 * Says for how many days spam stays; 0: for good.
 *
 * @throws DomainError for fewer than a week
 */
export async function keepSpamFor(days: number, cause: Cause) {
  if (days !== 0 && days < FEWEST_DAYS) throw new DomainError('gateway.errors.spam_days', 422, { fewest: FEWEST_DAYS })
  await transaction(async () => {
    await changeSettings({ 'spam.days': days })
    await record('settings:changed', { keys: ['spam.days'] }, cause)
  })
}

/** Deletes what is old enough. Run by the clock; a turn is short, the rest waits for the next. */
export async function purgeAgedSpam() {
  const days = await setting('spam.days')
  if (days === 0) return
  const before = nowMs() - days * DAY_MS
  for (let looked = 0; looked < A_TURN; looked += AT_ONCE) {
    const rows = await db
      .from('tickets')
      .where('stage', 'spam')
      .where('updated_at', '<=', before)
      .where((query) => query.where('updated_at', '>', place.at).orWhere((same) => same.where('updated_at', place.at).where('id', '>', place.id)))
      .orderBy('updated_at')
      .orderBy('id')
      .limit(AT_ONCE)
      .select('id', 'updated_at')
    await purgeSpam(rows.map(({ id }) => Number(id)), before, { by: null, because: 'spam_age' })
    place = rows.length < AT_ONCE ? { at: 0, id: 0 } : { at: Number(rows.at(-1)!.updated_at), id: Number(rows.at(-1)!.id) }
    if (rows.length < AT_ONCE) return
  }
}

/** What the channels keep about tickets that go: how it came, what was learned from it, what was sent. In the open transaction. */
export async function forgetItems(ticketIds: readonly number[]) {
  const trx = openTransaction()
  const messages: { id: number; item: number | null }[] = await trx.from('messages').whereIn('ticket_id', [...ticketIds]).select('id', 'incoming_item_id as item')
  for (let from = 0; from < messages.length; from += 200) {
    const ids = messages.slice(from, from + 200).map(({ id }) => id)
    await forgetLessons(ids)
    for (const table of ['deliveries', 'address_failures']) await trx.from(table).whereIn('message_id', ids).delete()
    const items: { id: number }[] = await trx.from('incoming_items').whereIn('message_id', ids).select('id')
    const all = [...new Set([...items.map(({ id }) => id), ...messages.slice(from, from + 200).flatMap(({ item }) => item ?? [])])]
    for (const item of all) await enqueue(RAW_JOB, { item }, { once: `${RAW_JOB}:${item}` })
    await trx.from('messages').whereIn('id', ids).update({ incoming_item_id: null })
    await trx.from('incoming_items').whereIn('id', all).update({ state: 'ignored', outcome: PURGED, reason: 'spam_aged', envelope: null, message_id: null, ticket_id: null })
  }
  for (const table of ['thread_keys', 'auto_replies']) await trx.from(table).whereIn('ticket_id', [...ticketIds]).delete()
}

/** The bytes of what arrived; only of what was deleted. */
export async function dropRaw(itemId: number) {
  const item = await db.from('incoming_items').where({ id: itemId, outcome: PURGED }).select('raw_path').first()
  if (item) await dropKept(item.raw_path)
}
