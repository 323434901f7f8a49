import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import type { InboundDraft } from '../draft.js'

/** So many of one sender in one ticket within ten minutes are no conversation (contracts/channels/07c). */
const TOO_MANY = 5
const WITHIN_MS = 600_000

/** People write in bursts: in a chat it takes answers of ours, by themselves, to nearly all of them. */
const ANSWERED = TOO_MANY - 1

/** Two machines answer each other: from now on this ticket gets nothing automatic, and says so. What came is kept. */
export async function stopLoops({ ticket, message, flags, inbox, cause }: InboundDraft): Promise<void> {
  if (flags.opened || message.outgoing || ticket!.automationStoppedAt) return
  // As it was read, before this one was counted.
  if (ticket!.messageCount + 1 < TOO_MANY) return
  const rows = await openTransaction()
    .from('messages')
    .where('ticket_id', ticket!.id)
    .where('created_at', '>', nowMs() - WITHIN_MS)
    .where('kind', 'inbound')
    .where('from_address', message.from.value)
    .limit(TOO_MANY)
    .select('id')
  if (rows.length < TOO_MANY) return
  if (inbox.terms.threads !== 'references' && (await answeredByItself(ticket!.id)) < ANSWERED) return
  await ticket!.stopAutomation({ ...cause, by: null })
}

async function answeredByItself(ticketId: number): Promise<number> {
  const rows = await openTransaction()
    .from('messages')
    .where('ticket_id', ticketId)
    .where('created_at', '>', nowMs() - WITHIN_MS)
    .where('kind', 'auto_reply')
    .limit(ANSWERED)
    .select('id')
  return rows.length
}
