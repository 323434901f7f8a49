import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { poke } from '#support/pokes'
import { afterCommit, reading, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

/** How the other ticket stands to this one. */
export type LinkKind = 'related' | 'parent' | 'child'

/**
 * Ties two tickets together, for people: nothing follows from it by itself. Both histories tell it.
 *
 * @throws DomainError when there is no such ticket, it is the same, or a parent would become its own child
 */
export async function link(ticket: Ticket, otherId: number, kind: LinkKind, cause: Cause) {
  if (ticket.id === otherId) throw new DomainError('together.errors.link_self', 422)
  await transaction(async (trx) => {
    const other = await Ticket.find(otherId, { client: trx })
    if (!other || other.sideOfId) throw new DomainError('together.errors.no_ticket', 422)
    const row = rowOf(ticket.id, otherId, kind)
    if (row.kind === 'parent' && (await trx.from('ticket_links').where({ ticket_id: row.other_id, other_id: row.ticket_id, kind: 'parent' }).first())) {
      throw new DomainError('together.errors.link_circle', 422)
    }
    const made = await trx.knexQuery().table('ticket_links').insert({ ...row, created_at: nowMs() }).onConflict(['ticket_id', 'other_id', 'kind']).ignore().returning('ticket_id')
    if (made.length === 0) return
    await ticket.tell('ticket:linked', { otherId, kind }, cause)
    await other.tell('ticket:linked', { otherId: ticket.id, kind: mirrored(kind) }, cause)
    afterCommit(() => poke([`ticket-${ticket.id}`, `ticket-${otherId}`]))
  })
}

/** Unties them, whatever they were to each other. */
export async function unlink(ticket: Ticket, otherId: number, cause: Cause) {
  await transaction(async (trx) => {
    const gone = await trx
      .from('ticket_links')
      .where((pair) => pair.where((one) => one.where({ ticket_id: ticket.id, other_id: otherId })).orWhere((two) => two.where({ ticket_id: otherId, other_id: ticket.id })))
      .delete()
    if (Number(gone) === 0) return
    const other = await Ticket.findOrFail(otherId, { client: trx })
    await ticket.tell('ticket:unlinked', { otherId }, cause)
    await other.tell('ticket:unlinked', { otherId: ticket.id }, cause)
    afterCommit(() => poke([`ticket-${ticket.id}`, `ticket-${otherId}`]))
  })
}

export interface LinkedTicket {
  readonly id: number
  readonly inboxId: number
  readonly subject: string
  readonly status: string
  readonly kind: LinkKind
}

/** The tickets that this one is tied to. At most a hundred. */
export async function linksOf(ticketId: number): Promise<LinkedTicket[]> {
  const rows = await reading()
    .from('ticket_links')
    .join('tickets', (join) => join.on((pair) => pair.on('tickets.id', 'ticket_links.other_id').andOnVal('ticket_links.ticket_id', ticketId)).orOn((pair) => pair.on('tickets.id', 'ticket_links.ticket_id').andOnVal('ticket_links.other_id', ticketId)))
    .where((own) => own.where('ticket_links.ticket_id', ticketId).orWhere('ticket_links.other_id', ticketId))
    .orderBy('tickets.id')
    .limit(100)
    .select('tickets.id', 'tickets.inbox_id', 'tickets.subject', 'tickets.status', 'ticket_links.kind', 'ticket_links.ticket_id as from_id')
  return rows.map((row) => ({ id: row.id, inboxId: row.inbox_id, subject: row.subject, status: row.status, kind: row.kind === 'related' ? 'related' : row.from_id === ticketId ? 'parent' : 'child' }))
}

function rowOf(ticketId: number, otherId: number, kind: LinkKind) {
  if (kind === 'parent') return { ticket_id: ticketId, other_id: otherId, kind: 'parent' }
  if (kind === 'child') return { ticket_id: otherId, other_id: ticketId, kind: 'parent' }
  return { ticket_id: Math.min(ticketId, otherId), other_id: Math.max(ticketId, otherId), kind: 'related' }
}

const mirrored = (kind: LinkKind): LinkKind => (kind === 'parent' ? 'child' : kind === 'child' ? 'parent' : 'related')
