import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction, transaction } from '#support/transaction'
import { link } from '#tickets/linking'
import { openTicket } from '#tickets/open_ticket'
import { recount } from '#tickets/recounting'
import Ticket from '#tickets/ticket'
import type { Responsible } from '#tickets/ticket/assignable'

export interface Split {
  readonly messageIds: readonly number[]
  readonly noteIds?: readonly number[]
  /** The first message's subject, else the ticket's, unless given. */
  readonly subject?: string
}

/**
 * Somebody wrote of two matters: the chosen messages and notes become a ticket of their own, a child of this
 * one, with the same customer, mailbox and people responsible (substitution, case 46). Answers to a moved
 * message arrive in the new ticket, because a message knows where it is.
 *
 * @param assign - routing's, which alone makes somebody responsible
 * @throws DomainError when nothing is chosen, all is, or something chosen is not of this ticket
 */
export async function splitTicket(ticketId: number, { messageIds, noteIds = [], subject }: Split, assign: (ticket: Ticket, to: Responsible, cause: Cause) => Promise<unknown>, cause: Cause): Promise<Ticket> {
  return transaction(async (trx) => {
    await trx.from('tickets').where('id', ticketId).update({ updated_at: nowMs() })
    const ticket = await Ticket.findOrFail(ticketId, { client: trx })
    ticket.mustBeWhole()
    const chosen = await theirs('messages', ticketId, messageIds)
    const notes = await theirs('notes', ticketId, noteIds)
    if (chosen.length === 0) throw new DomainError('together.errors.split_nothing', 422)
    if (chosen.length === ticket.messageCount) throw new DomainError('together.errors.split_all', 422)

    const first = chosen[0]!
    const child = await openTicket(
      {
        inboxId: ticket.inboxId,
        channel: ticket.channel,
        customerId: ticket.customerId,
        subject: subject?.trim() || first.subject || ticket.subject,
        status: 'open',
        category: ticket.category,
        priority: ticket.priority,
        language: ticket.language,
      },
      { ...cause, because: `split:${ticket.id}` }
    )
    await trx.from('messages').whereIn('id', chosen.map(({ id }) => id)).update({ ticket_id: child.id })
    if (notes.length > 0) {
      await trx.from('notes').whereIn('id', notes.map(({ id }) => id)).update({ ticket_id: child.id })
      await trx.from('mentions').whereIn('note_id', notes.map(({ id }) => id)).update({ ticket_id: child.id })
    }
    if (ticket.ownerId || ticket.teamId) await assign(child, { ownerId: ticket.ownerId, teamId: ticket.teamId }, { ...cause, because: `split:${ticket.id}` })
    await recount(child)
    const answered = (child.lastAgentMessageAt?.toMillis() ?? 0) >= (child.lastCustomerMessageAt?.toMillis() ?? 0)
    child.waitingSinceAt = answered ? child.waitingSinceAt : (child.lastCustomerMessageAt ?? child.waitingSinceAt)
    await child.keep()
    await recount(ticket)
    await ticket.keep()
    await link(child, ticket.id, 'parent', cause)
    await ticket.tell('ticket:split', { childId: child.id, messageIds: chosen.map(({ id }) => Number(id)) }, cause)
    return child
  })
}

async function theirs(table: 'messages' | 'notes', ticketId: number, ids: readonly number[]): Promise<{ id: number; subject?: string | null }[]> {
  if (ids.length === 0) return []
  const wanted = [...new Set(ids)]
  const rows = await openTransaction().from(table).where('ticket_id', ticketId).whereIn('id', wanted).orderBy('id')
  if (rows.length !== wanted.length) throw new DomainError('together.errors.split_foreign', 422)
  return rows
}
