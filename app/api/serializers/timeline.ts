import type { I18n } from '@adonisjs/i18n'
import { reading } from '#support/transaction'
import type { Access } from '#tickets/views'
import { before, type Place } from '../places.js'
import { name, oneOf, time } from '../schema.js'
import { messageSchema, messagesJson } from './message.js'
import { ticketSchema, ticketsJson } from './ticket.js'

export const timelineEntrySchema = name('TimelineEntry', {
  type: 'object',
  properties: { kind: oneOf('ticket', 'inbound', 'reply', 'auto_reply', 'bounce', 'call'), at: time, ticket: ticketSchema, message: messageSchema },
  required: ['kind', 'at'],
  additionalProperties: false,
})

type Found = Place & { readonly row: Record<string, any> }

/** A customer's tickets and messages, newest first. Reads no notes. */
export async function timelineJson(customerId: number, access: Access, from: Place | null, limit: number, i18n: I18n) {
  const theirs = () => {
    const tickets = reading().from('tickets').where('customer_id', customerId).whereNull('side_of_id')
    return access === 'all' ? tickets : tickets.whereIn('inbox_id', [...access])
  }
  const tickets = await before(theirs().select('id', 'created_at'), 'created_at', 1, from, limit + 1)
  const messages = await before(reading().from('messages').whereIn('ticket_id', theirs().select('id')), 'created_at', 2, from, limit + 1)

  const found: Found[] = [...tickets.map(placed(1)), ...messages.map(placed(2))].sort((a, b) => b.at - a.at || b.rank - a.rank || b.id - a.id)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const opened = await ticketsJson(shown.filter(({ rank }) => rank === 1).map(({ id }) => id))
  const said = await messagesJson(shown.filter(({ rank }) => rank === 2).map(({ row }) => row), i18n)

  const data = shown.map(({ at, rank, row }) => ({ at: new Date(at).toISOString(), ...(rank === 1 ? { kind: 'ticket', ticket: opened.shift() } : { kind: row.kind, message: said.shift() }) }))
  return { data, next: found.length > limit && last ? { at: last.at, rank: last.rank, id: last.id } : null }
}

const placed = (rank: number) => (row: Record<string, any>): Found => ({ at: Number(row.created_at), rank, id: row.id, row })
