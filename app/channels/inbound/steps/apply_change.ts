import { openTransaction } from '#support/transaction'
import { openWindow } from '#tickets/channel_terms'
import { changeMessage } from '#tickets/message_changes'
import { messagesByIds } from '../answered.js'
import type { InboundDraft, Stop } from '../draft.js'
import { TooEarly } from '../too_early.js'

/** An edit, deletion or reaction is shown on the message it is about, and makes no message of its own. */
export async function applyChange(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'change') return
  const { of, change, from, at, opensWindow } = draft.incoming
  const [message] = await messagesByIds(draft, [of])
  if (!message || message.inbox_id !== draft.inbox.id) throw new TooEarly('unmatched_change', 'A change came before the message it is about')

  draft.messageId = message.id
  draft.ticketId = message.ticket_id
  const text = change.kind === 'edited' ? change.text : change.kind === 'reaction' ? change.emoji : null
  await changeMessage(message.id, { kind: change.kind, text, from: from.value, at: at.toMillis() }, draft.cause)
  const { window } = draft.inbox.terms
  if (opensWindow && window) {
    const { customer_id: customerId } = await openTransaction().from('tickets').where('id', message.ticket_id).select('customer_id').firstOrFail()
    await openWindow({ inboxId: draft.inbox.id, customerId, at: at.toMillis(), window })
  }
  return { outcome: 'appended' }
}
