import type { Cause } from '#support/actor'
import { record } from '#support/events'
import { enqueue } from '#support/jobs'
import { openTransaction, transaction } from '#support/transaction'

/*
 * Tickets that go for good. Nothing that a customer wrote ever does: only spam, after the days that the
 * admin has set (channels/spam/aged.ts). Their rows go in one transaction, which leaves jobs for the bytes.
 */

/** What another domain does when tickets go. In the open transaction. */
export interface Purging {
  /** Which of them must stay, because somebody has worked with them. */
  readonly keeps?: (ids: readonly number[]) => Promise<readonly number[]>
  /** Forgets what hangs on them, before they go. */
  readonly forget: (ids: readonly number[]) => Promise<void>
}

const parts = new Map<string, Purging>()

/** Registers what a domain keeps about tickets, and forgets with them. */
export function whenPurged(name: string, part: Purging) {
  parts.set(name, part)
}

/** Files whose bytes may be somebody else's too: looked at again before they go. */
export const BYTES_JOB = 'tickets:bytes'

/**
 * Deletes those of the tickets that are spam still, have not changed since `before` and that nobody has
 * worked with. One transaction, one line in the audit.
 *
 * @param before - ms
 * @returns how many went
 */
export async function purgeSpam(ids: readonly number[], before: number, cause: Cause): Promise<number> {
  return transaction(async (trx) => {
    // Takes the rows: whoever says "not spam" now waits, and then finds nothing; whoever said it before wins.
    const spam = () => trx.from('tickets').whereIn('id', [...ids]).where('status', 'spam').where('updated_at', '<=', before).whereNull('merged_into_id')
    await spam().update({ version: trx.raw('version') })
    const found: number[] = (await spam().select('id')).map(({ id }) => id)
    const kept = new Set(await workedWith(found))
    for (const { keeps } of parts.values()) for (const id of (await keeps?.(found)) ?? []) kept.add(id)
    const going = found.filter((id) => !kept.has(id))
    if (going.length === 0) return 0

    for (const { forget } of parts.values()) await forget(going)
    await forgetAll(going)
    await record('spam:purged', { count: going.length }, cause)
    return going.length
  })
}

/** What colleagues wrote is no spam; and what another ticket leans on stays too. */
async function workedWith(ids: readonly number[]): Promise<number[]> {
  const leans = [['notes', 'ticket_id'], ['tasks', 'ticket_id'], ['tickets', 'merged_into_id'], ['tickets', 'follow_up_of_id'], ['tickets', 'side_of_id'], ['mergers', 'ticket_id'], ['mergers', 'into_id'], ['ticket_links', 'ticket_id'], ['ticket_links', 'other_id']]
  const trx = openTransaction()
  const kept = (await trx.from('messages').whereIn('ticket_id', [...ids]).where('kind', 'reply').distinct('ticket_id')).map(({ ticket_id: id }) => Number(id))
  for (const [table, column] of leans) for (const row of await trx.from(table).whereIn(column, [...ids]).distinct(column)) kept.push(Number(row[column]))
  return kept
}

async function forgetAll(ids: readonly number[]) {
  const trx = openTransaction()
  const messages: number[] = (await trx.from('messages').whereIn('ticket_id', [...ids]).select('id')).map(({ id }) => id)
  for (let from = 0; from < messages.length; from += 200) {
    const some = messages.slice(from, from + 200)
    const files = await trx.from('attachments').whereIn('message_id', some).whereNotNull('sha256').distinct('sha256')
    for (const { sha256 } of files) await enqueue(BYTES_JOB, { sha256 }, { once: `${BYTES_JOB}:${sha256}` })
    for (const table of ['file_links', 'message_changes', 'message_ids', 'attachments']) await trx.from(table).whereIn('message_id', some).delete()
    await trx.from('messages').whereIn('id', some).delete()
  }
  for (const table of ['drafts', 'ticket_tags', 'reads', 'presences', 'followers', 'mentions', 'act_items', 'facts']) await trx.from(table).whereIn('ticket_id', [...ids]).delete()
  await trx.from('tickets').whereIn('id', [...ids]).delete()
}
