import { ownReference } from '#channels/outbound/reference'
import { normaliseAddress } from '#customers/identity'
import { openTransaction } from '#support/transaction'
import { openTicket } from '#tickets/open_ticket'
import { inboundMessage, subjectFor } from './open_or_append.js'
import type { InboundDraft, Stop } from '../draft.js'

/** So much of a text tells two messages with one id apart. */
const TEXT_CHARS = 2000

/** Tells what of an import is a message, what we wrote ourselves, and what is here already by another way. */
export async function knowHistory(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'message') return { outcome: 'ignored', reason: 'old_report' }
  const { message, inbox, flags } = draft
  const isOurs = (address: { kind: 'email' | 'phone' | 'handle'; value: string } | undefined) => Boolean(address && inbox.ours.has(normaliseAddress(address.kind, address.value)))
  // A copy of what was sent: from us, to somebody else. A shop's own form writes from us to us.
  flags.wasSent = message.outgoing === true || (isOurs(message.from) && Boolean(message.to?.length) && !isOurs(message.to![0]))
  flags.fromOurselves = !flags.wasSent && isOurs(message.from)

  const own = ownReference(message.externalId)
  const same = own && own !== 'forged' ? await openTransaction().from('messages').where('id', own.messageId).select('id', 'ticket_id').first() : await sameMessage(draft)
  if (!same) return
  draft.messageId = same.id
  draft.ticketId = same.ticket_id
  return { outcome: 'duplicate' }
}

/** By its own id, sender and words: the times of two copies differ, and the bytes do. Never by the id alone. */
async function sameMessage({ message, inbox, prepared }: InboundDraft) {
  const rows = await openTransaction().from('messages').where({ external_id: message.externalId, inbox_id: inbox.id }).limit(20).select('id', 'ticket_id', 'from_address', 'text')
  const plain = (text: string) => text.slice(0, TEXT_CHARS * 2).replace(/\s+/g, ' ').trim().slice(0, TEXT_CHARS)
  return rows.find((row) => (row.from_address ?? '').toLowerCase() === message.from.value.trim().toLowerCase() && plain(row.text) === plain(prepared.text))
}

/** Puts it into the ticket that was found, else into a closed one of its own. */
export async function remember(draft: InboundDraft): Promise<Stop | void> {
  const { message, inbox, customer, cause } = draft
  draft.flags.opened = draft.ticket === null
  draft.ticket ??= await openTicket({ inboxId: inbox.id, channel: inbox.channel, customerId: customer!.id, subject: subjectFor(draft), status: 'closed', at: message.at }, cause)
  draft.ticketId = draft.ticket.id
  draft.messageId = await draft.ticket.remember(inboundMessage(draft), message.at, cause)
  draft.outcome = draft.flags.opened ? 'created' : 'appended'
}
