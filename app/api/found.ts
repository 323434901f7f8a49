import type Message from '#tickets/message'
import MessageModel from '#tickets/message'
import { reading } from '#support/transaction'
import Ticket from '#tickets/ticket'
import type { Access } from '#tickets/views'
import type { Call } from './endpoint.js'
import { Refusal, wrongField } from './problem.js'

/* What a caller names must be there and be his to see; otherwise it is not there at all. */

export const maySee = (access: Access, inboxId: number) => access === 'all' || access.includes(inboxId)

/** The ticket's row, if the caller may see it. */
export async function visibleTicket(call: Call<any, any>): Promise<Record<string, any>> {
  const row = await reading().from('tickets').where('id', call.params.number).first()
  if (!row || row.side_of_id !== null || !maySee(call.access, row.inbox_id)) throw new Refusal(404, 'not_found')
  return row
}

/** The message's row, if the caller may see its ticket. */
export async function visibleMessage(call: Call<any, any>): Promise<Record<string, any>> {
  const row = await reading()
    .from('messages')
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .where('messages.id', call.params.id)
    .select('messages.*', 'tickets.inbox_id as ticket_inbox_id')
    .first()
  if (!row || !maySee(call.access, row.ticket_inbox_id)) throw new Refusal(404, 'not_found')
  return row
}

/**
 * The ticket to act on, in the open transaction. With `If-Match: "<version>"` its row is locked
 * first, so that nobody changes it between the look and the act.
 *
 * @throws Refusal 409 when the version is not the one given
 */
export async function ticketToChange(call: Call<any, any>): Promise<Ticket> {
  const trx = reading()
  const version = versionOf(call.ctx.request.header('if-match'))
  if (version !== null) {
    const same = await trx.from('tickets').where('id', call.params.number).where('version', version).update({ version })
    if (Number(same) !== 1) await visibleTicket(call).then(() => Promise.reject(new Refusal(409, 'stale_version', { version })))
  }
  const ticket = await Ticket.find(call.params.number, { client: trx })
  if (!ticket || ticket.sideOfId || !maySee(call.access, ticket.inboxId)) throw new Refusal(404, 'not_found')
  return ticket
}

/** The message to act on, in the open transaction. */
export async function messageToChange(call: Call<any, any>): Promise<Message> {
  await visibleMessage(call)
  return MessageModel.findOrFail(call.params.id, { client: reading() })
}

function versionOf(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null
  const [, version] = /^\s*(?:W\/)?"?(\d{1,10})"?\s*$/.exec(header) ?? []
  if (version === undefined) throw new Refusal(409, 'stale_version', { version: header })
  return Number(version)
}

/** Customers an agent may see: all, or for one limited to some inboxes those who wrote there (customer_policy.ts). */
export function seenCustomers({ access }: Call<any, any>) {
  const query = reading().from('customers').whereNull('erased_at')
  if (access !== 'all') query.whereExists((tickets) => tickets.from('tickets').whereColumn('tickets.customer_id', 'customers.id').whereIn('inbox_id', [...access]))
  return query
}

/**
 * The ids of a request as numbers, once it is sure that all of them are there.
 *
 * @throws Refusal naming the field
 */
export async function existing(field: string, table: 'agents' | 'teams' | 'inboxes', ids: readonly string[] | undefined): Promise<number[] | undefined> {
  if (ids === undefined) return undefined
  const wanted = [...new Set(ids.map(Number))]
  const found = wanted.length > 0 ? await reading().from(table).whereIn('id', wanted).select('id') : []
  if (found.length < wanted.length) throw wrongField(field, 'exists', `The field ${field} names something that is not there`)
  return wanted
}
