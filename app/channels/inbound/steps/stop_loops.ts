import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import type { InboundDraft } from '../draft.js'

/** So many of one sender in one ticket within ten minutes are no conversation (contracts/channels/07c). */
const TOO_MANY = 5
const WITHIN_MS = 600_000

/** Two machines answer each other: from now on this ticket gets nothing automatic, and says so. What came is kept. */
export async function stopLoops({ ticket, message, flags, cause }: InboundDraft): Promise<void> {
  if (flags.opened || message.outgoing || ticket!.automationStoppedAt) return
  const rows = await openTransaction()
    .from('messages')
    .where('ticket_id', ticket!.id)
    .where('created_at', '>', nowMs() - WITHIN_MS)
    .where('kind', 'inbound')
    .where('from_address', message.from.value)
    .limit(TOO_MANY)
    .select('id')
  if (rows.length < TOO_MANY) return
  await ticket!.stopAutomation({ ...cause, by: null })
}
