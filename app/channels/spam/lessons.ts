import type { RecordedEvent } from '#support/listeners'
import { openTransaction } from '#support/transaction'
import { learn, type Letter } from './filter.js'
import { ruleSender, verdictOn } from './senders.js'

/** Good messages learned by being answered; more would only drown the spam. */
const ENOUGH_ANSWERED = 3000
const MESSAGES = 10

/**
 * Learns from what the team does, in batches behind the events: "spam" and "not spam", and an answer,
 * which is a word for its sender too. "Not spam" also lets the sender through from now on (R067).
 */
export async function learnFromTeam(events: readonly RecordedEvent<'ticket:marked_spam' | 'ticket:unmarked_spam' | 'message:queued'>[]) {
  for (const event of events) {
    if (event.by?.kind !== 'agent' || !event.ticketId) continue
    if (event.name === 'message:queued') await learnAnswered(event.ticketId)
    else await learnTicket(event.ticketId, event.name === 'ticket:marked_spam' ? 'spam' : 'ham')
    if (event.name === 'ticket:unmarked_spam') await letThrough(event)
  }
}

async function learnTicket(ticketId: number, verdict: 'spam' | 'ham') {
  for (const row of await letters(ticketId)) await learn(row.id, row, verdict)
}

async function learnAnswered(ticketId: number) {
  const trx = openTransaction()
  const [last] = await letters(ticketId, 1)
  if (!last || (await trx.from('spam_lessons').where('message_id', last.id).select('message_id').first())) return
  const learned = await trx.from('spam_lessons').where('verdict', 'ham').limit(ENOUGH_ANSWERED).select('message_id')
  if (learned.length < ENOUGH_ANSWERED) await learn(last.id, last, 'ham')
}

async function letThrough(event: RecordedEvent) {
  const [last] = await letters(event.ticketId!, 1)
  if (!last?.from || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(last.from) || (await verdictOn(last.from)) === 'allow') return
  await ruleSender(last.from, 'allow', { by: event.by, via: event.via, because: `ticket:${event.ticketId}` })
}

async function letters(ticketId: number, limit = MESSAGES): Promise<(Letter & { id: number })[]> {
  const rows = await openTransaction().from('messages').where({ ticket_id: ticketId, kind: 'inbound' }).orderBy('id', 'desc').limit(limit).select('id', 'subject', 'from_address', 'text', 'visible_text', 'html')
  return rows.map((row) => ({ id: row.id, subject: row.subject, from: row.from_address, text: row.visible_text ?? row.text, html: row.html }))
}
