import type Agent from '#people/agent'
import { accessibleInboxIds } from '#people/access'
import { listTickets, type TicketRow } from '#tickets/ticket_list'
import { readFilters } from '#tickets/ticket_list/filters'
import type Ticket from '#tickets/ticket'

const MOST = 20

/**
 * Tickets that this one may belong to: those that match the words, by number first; without words, the other
 * tickets of its customer.
 */
export async function otherTickets(agent: Agent, ticket: Ticket, q: string): Promise<{ rows: readonly TicketRow[]; searched: boolean }> {
  const access = await accessibleInboxIds(agent)
  const asking = { reader: agent, access }
  const [, number] = /^#?(\d{1,9})$/.exec(q) ?? []
  const filters = number ? { among: [Number(number)] } : q ? await readFilters({ q }, asking) : { customer: ticket.customerId }
  const { rows } = await listTickets({ ...asking, view: 'all', filters, sort: 'newest', limit: MOST + 1 })
  return { rows: rows.filter(({ id, mergedIntoId }) => id !== ticket.id && mergedIntoId === null).slice(0, MOST), searched: q !== '' }
}
