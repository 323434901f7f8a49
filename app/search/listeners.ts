import { follow } from '#support/listeners'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import { whenPurged } from '#tickets/purging'
import { useFinder } from '#tickets/ticket_list/filters'
import { parseQuery } from './query.js'
import { findTicketIds } from './ticket_search.js'
import { forgetTickets, indexCustomers, indexMessages, indexNotes, indexTickets, indexWholeTickets } from './documents.js'

/** A list that a search narrows is picked from so many of the newest finds. */
const MOST_FOUND = 1000
useFinder(async (q, asking) => findTicketIds(parseQuery(q, await setting('company.time_zone')), asking, MOST_FOUND))

whenPurged('search', { forget: forgetTickets })

/*
 * Keeps the index up to what happened: in the dispatcher's own transaction, a batch of events at a
 * time, a second or less after the fact. Done twice it changes nothing.
 */
follow(
  'search',
  [
    'ticket:opened',
    'ticket:renamed',
    'ticket:customer_changed',
    'ticket:merged_in',
    'ticket:unmerged',
    'ticket:merged_out',
    'ticket:split',
    'message:received',
    'message:queued',
    'message:changed',
    'note:added',
    'note:edited',
    'note:deleted',
    'customer:created',
    'customer:changed',
    'customer:merged',
    'customer:erased',
  ],
  async (events) => {
    const tickets = new Set<number>()
    const wholeTickets = new Set<number>()
    const messages = new Set<number>()
    const notes = new Set<number>()
    const customers = new Set<number>()

    for (const { name, payload } of events) {
      if ('messageId' in payload) messages.add(payload.messageId)
      else if ('noteId' in payload) notes.add(payload.noteId)
      else if ('customerId' in payload) customers.add(payload.customerId)
      else if (WHOLE.has(name)) wholeTickets.add(payload.ticketId)
      else tickets.add(payload.ticketId)
      if ('intoId' in payload) customers.add(payload.intoId)
      if ('childId' in payload) wholeTickets.add(payload.childId)
    }
    // A new customer has no tickets from before; that of any other may carry another name now.
    const changed = events.filter(({ name }) => name !== 'customer:created').flatMap(({ payload }) => ('customerId' in payload ? [payload.customerId] : []))
    for (const ticketId of await ticketsOf(changed)) tickets.add(ticketId)
    const erased = events.flatMap(({ name, payload }) => (name === 'customer:erased' && 'customerId' in payload ? [payload.customerId] : []))
    for (const ticketId of await ticketsOf(erased)) wholeTickets.add(ticketId)

    await indexCustomers([...customers])
    await indexTickets([...tickets])
    await indexMessages([...messages])
    await indexNotes([...notes])
    await indexWholeTickets([...wholeTickets])
  }
)

/** After these all documents of a ticket are other ones, or stand elsewhere. */
const WHOLE = new Set(['ticket:renamed', 'ticket:merged_in', 'ticket:unmerged', 'ticket:merged_out', 'ticket:split'])

async function ticketsOf(customerIds: readonly number[]): Promise<number[]> {
  if (customerIds.length === 0) return []
  const rows = await openTransaction().from('tickets').whereIn('customer_id', [...customerIds]).select('id')
  return rows.map(({ id }) => id)
}
