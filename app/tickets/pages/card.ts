import db from '@adonisjs/lucid/services/db'
import type Ticket from '#tickets/ticket'

/** The customer as the ticket's side column shows them. Three queries; what plugins know comes by requests of their own. */
export async function readCard(ticket: Ticket, language: string) {
  const rows: any[] = await db
    .from('customers')
    .leftJoin('addresses', 'addresses.customer_id', 'customers.id')
    .join('tickets', 'tickets.customer_id', 'customers.id')
    .join('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .where('tickets.id', ticket.id)
    .orderBy('addresses.id')
    .select('customers.*', 'addresses.id as address_id', 'addresses.kind', 'addresses.value', 'addresses.invalid_at', 'inboxes.name as inbox_name')
  const [customer] = rows
  const unreachable = await db.from('unreachable_addresses').whereIn('address_id', rows.map((row) => row.address_id).filter(Boolean)).select('address_id', 'channel')
  const tickets: any[] = await db.from('tickets').where('customer_id', ticket.customerId).whereNot('id', ticket.id).whereNull('side_of_id').orderBy('id', 'desc').limit(6).select('id', 'subject', 'status')
  return {
    id: customer.id as number,
    name: (customer.name || rows[0].value?.replace(/^[a-z-]+:/, '') || `#${customer.id}`) as string,
    language: customer.language as string | null,
    languageName: customer.language ? new Intl.DisplayNames([language], { type: 'language' }).of(customer.language) : null,
    hasPicture: customer.picture_sha256 !== null,
    about: customer.about as string | null,
    createdAt: Number(customer.created_at),
    addresses: rows.filter(({ value }) => value).map(({ kind, value, invalid_at: invalid, address_id: id }) => ({
      kind,
      value,
      invalid: invalid !== null,
      // A handle is `<channel>:<id>`; its number tells nobody anything.
      channel: kind === 'handle' ? (/^([a-z-]+):/.exec(value)?.[1] ?? null) : null,
      unreachable: unreachable.filter((mark) => mark.address_id === id).map(({ channel }) => channel as string),
    })),
    tickets,
    inbox: customer.inbox_name as string,
    openedAt: ticket.createdAt.toMillis(),
  }
}
