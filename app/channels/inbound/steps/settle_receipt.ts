import { applyReceipt } from '#channels/outbound/receipts'
import type { InboundDraft, Stop } from '../draft.js'

/** Delivered, read, failed: what the channel says of a message of ours. */
export async function settleReceipt(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'receipt') return
  const settled = await applyReceipt(draft.inbox, draft.incoming, draft.cause)
  if (!settled) return { outcome: 'ignored', reason: 'unmatched_receipt' }
  draft.messageId = settled.messageId
  draft.ticketId = settled.ticketId
  return { outcome: 'appended' }
}
