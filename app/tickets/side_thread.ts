import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { openTransaction, reading } from '#support/transaction'
import type { Mailbox } from '#tickets/message_parts'
import type Message from '#tickets/message'
import type Ticket from '#tickets/ticket'

/*
 * What happens in a side conversation, told to the ticket it belongs to. The verbs of a ticket ask here, so
 * nothing here may need the ticket's class: it is found by the object in hand.
 */

/** The ticket that a side conversation belongs to, wherever that was merged to. */
export async function parentOf(side: { sideOfId: number | null; constructor: unknown }): Promise<Ticket> {
  return (side.constructor as typeof Ticket).findOrFail(side.sideOfId, { client: reading() })
}

/** Before a message of a side conversation is written: none of its recipients may be the customer. */
export async function checkSideRecipients(side: Ticket, recipients: readonly Mailbox[]) {
  const parent = await parentOf(side)
  parent.mustBeWhole()
  await mustNotReachCustomer(parent, recipients)
}

/** What a message of ours in a side conversation means for its ticket: a line in the history. */
export async function sideWritten(side: Ticket, message: Message, cause: Cause) {
  const parent = await parentOf(side)
  await parent.keep()
  await parent.tell('side:written', { sideId: side.id, messageId: message.id }, cause)
}

/**
 * What an answer means for its ticket: the history says it, and unless a machine wrote it, a ticket that
 * waited, slept or was finished comes back to us, for nobody else would look.
 */
export async function sideAnswered(side: Ticket, messageId: number, { automatic }: { automatic: boolean }, cause: Cause) {
  const parent = await parentOf(side)
  await parent.tell('side:answered', { sideId: side.id, messageId }, cause)
  if (!automatic && parent.status !== 'spam' && !parent.mergedIntoId && !['new', 'open'].includes(parent.status)) {
    await parent.reopen({ by: null, because: `side:${side.id}`, via: cause.via })
  } else {
    await parent.keep()
  }
}

/** The customer has addresses, and may have written from others in this thread: none of them is a supplier's. */
export async function mustNotReachCustomer(parent: Ticket, recipients: readonly Mailbox[]) {
  const trx = openTransaction()
  const known = await trx.from('addresses').where({ customer_id: parent.customerId, kind: 'email' }).select('value as address')
  const wrote = await trx.from('messages').where({ ticket_id: parent.id, author_kind: 'customer' }).whereNotNull('from_address').distinct('from_address as address').limit(200)
  const theirs = new Set([...known, ...wrote].map(({ address }) => String(address).toLowerCase()))
  const reached = recipients.find(({ address }) => theirs.has(address.trim().toLowerCase()))
  if (reached) throw new DomainError('together.errors.side_to_customer', 422, { address: reached.address })
}
