import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { dropKept, contentPath } from '#support/files'
import Ticket from './ticket.js'
import { TicketChanged } from './ticket/base.js'
import { isNamed } from './unused_bytes.js'

/** How many tickets one turn takes; the rest waits for the next, so that pages stay quick. */
const BATCH = 200
const DAY_MS = 86_400_000

/** Brings back the tickets whose snooze is over. Running it twice changes nothing. */
export async function wakeSnoozed() {
  const due = await db.from('tickets').where('status', 'snoozed').where('snoozed_until', '<=', nowMs()).orderBy('snoozed_until').select('id').limit(BATCH)
  for (const { id } of due) {
    await unlessChanged(async () => (await Ticket.findOrFail(id)).wake({ by: null, because: 'snooze' }))
  }
}

/** Brings back the tickets whose customer has not answered by the moment somebody named. */
export async function remindUnanswered() {
  const due = await db.from('tickets').whereNotNull('remind_at').where('remind_at', '<=', nowMs()).orderBy('remind_at').select('id').limit(BATCH)
  for (const { id } of due) {
    await unlessChanged(async () => (await Ticket.findOrFail(id)).remind({ by: null, because: 'reminder' }))
  }
}

/** Closes what was resolved longer ago than its inbox says; an answer within its window still reopens it. */
export async function closeResolved() {
  const inboxes = await db.from('inboxes').select('id', 'close_after_days')
  for (const { id: inboxId, close_after_days: days } of inboxes) {
    const due = await db
      .from('tickets')
      .where('status', 'resolved')
      .where('resolved_at', '<=', nowMs() - days * DAY_MS)
      .where('inbox_id', inboxId)
      .orderBy('resolved_at')
      .select('id')
      .limit(BATCH)
    for (const { id } of due) {
      await unlessChanged(async () => (await Ticket.findOrFail(id)).close({ by: null, because: 'time' }))
    }
  }
}

/** Forgets uploads that nobody used within a day, and their bytes if nothing else has the same. */
export async function sweepUploads() {
  const old = await db.from('uploads').where('created_at', '<', nowMs() - DAY_MS).orderBy('created_at').select('id', 'sha256').limit(BATCH)
  for (const { id, sha256 } of old) {
    await db.from('uploads').where('id', id).delete()
    if (!(await isNamed(sha256))) await dropKept(contentPath(sha256))
  }
}

/** Somebody was quicker by a moment: then there is nothing left to do here. */
async function unlessChanged(work: () => Promise<void>) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof TicketChanged)) throw error
  }
}
