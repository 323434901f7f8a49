import { record } from '#support/events'
import { openTransaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import type { InboundDraft, Stop } from '../draft.js'

/**
 * The same message again: fetched twice, or sent to two of our addresses. It is one message; another
 * inbox that got it too is noted on it.
 */
export async function dropCopy(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'message') return
  const { message, inbox, prepared, ahead } = draft
  // Only a channel that says what makes a message the same one can know it in another inbox.
  const rows = message.identity
    ? await ahead.copiesOf(message.externalId, prepared.fingerprint)
    : await openTransaction().from('messages').where({ fingerprint: prepared.fingerprint, inbox_id: inbox.id }).limit(1).select('id', 'ticket_id', 'inbox_id', 'kind', 'also_in')
  const known = rows.find((row) => row.inbox_id === inbox.id) ?? rows.find((row) => row.kind === 'inbound')
  if (!known) return
  draft.messageId = known.id
  draft.ticketId = known.ticket_id
  if (known.inbox_id !== inbox.id) await noteInbox(draft, known)
  return { outcome: 'duplicate' }
}

async function noteInbox({ inbox, cause }: InboundDraft, known: { id: number; ticket_id: number; also_in: string | null }) {
  const trx = openTransaction()
  const also: number[] = known.also_in ? JSON.parse(known.also_in) : []
  if (also.includes(inbox.id)) return
  await trx.from('messages').where('id', known.id).update({ also_in: JSON.stringify([...also, inbox.id].slice(0, 20)) })
  const ticket = await Ticket.findOrFail(known.ticket_id, { client: trx })
  await record('message:also_received', { ticketId: ticket.id, messageId: known.id, inboxId: inbox.id }, { ...cause, by: null }, { ticket: ticket.facts })
}
