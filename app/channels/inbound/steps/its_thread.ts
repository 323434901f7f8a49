import { normaliseAddress } from '#customers/identity'
import { openTransaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import type { InboundDraft } from '../draft.js'

/**
 * A ticket and its side conversations never mix. Programs carry references over and people put each other in
 * copy, so whoever is known in one thread only is heard there, whatever the message says it answers:
 *
 * - the customer who answers a mail of a side conversation writes in the ticket
 * - a supplier who answers the customer's mail writes in the side conversation
 */
export async function inItsThread(ticket: Ticket, draft: InboundDraft): Promise<Ticket> {
  if (ticket.sideOfId) {
    const parent = await Ticket.findOrFail(ticket.sideOfId, { client: openTransaction() })
    if (parent.customerId === draft.customer!.id) return parent
    if (ticket.customerId === draft.customer!.id || (await hasPart(draft, ticket))) return ticket
    return (await hasPart(draft, parent)) ? parent : ticket
  }

  if (ticket.customerId === draft.customer!.id) return ticket
  const sides = await Ticket.query({ client: openTransaction() }).where('side_of_id', ticket.id).orderBy('id', 'desc').limit(50)
  if (sides.length === 0 || (await hasPart(draft, ticket))) return ticket
  for (const side of sides) if (side.customerId === draft.customer!.id || (await hasPart(draft, side))) return side
  return ticket
}

/** The sender wrote in this thread before, or was written to. Who stands in copy of this mail proves nothing. */
async function hasPart({ message, inbox }: InboundDraft, ticket: Ticket): Promise<boolean> {
  if (!message.from.value) return false
  const sender = normaliseAddress(message.from.kind, message.from.value)
  if (inbox.ours.has(sender)) return false
  const rows = await openTransaction().from('messages').where('ticket_id', ticket.id).orderBy('id', 'desc').limit(100).select('from_address', 'to', 'cc')
  return rows.some((row) => {
    const people: { address: string }[] = [...(row.from_address ? [{ address: row.from_address }] : []), ...JSON.parse(row.to), ...JSON.parse(row.cc)]
    return people.some(({ address }) => normaliseAddress(message.from.kind, address) === sender)
  })
}
