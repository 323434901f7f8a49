import db from '@adonisjs/lucid/services/db'
import type Ticket from '#tickets/ticket'

/** The customer as the ticket's side column shows them. Two queries; what plugins know comes by requests of their own. */
export async function readCard(ticket: Ticket, language: string) {
  const rows: any[] = await db
    .from('customers')
    .leftJoin('addresses', 'addresses.customer_id', 'customers.id')
    .join('tickets', 'tickets.customer_id', 'customers.id')
    .join('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .where('tickets.id', ticket.id)
    .orderBy('addresses.id')
    .select('customers.*', 'addresses.kind', 'addresses.value', 'addresses.invalid_at', 'inboxes.name as inbox_name')
  const [customer] = rows
  const tickets: any[] = await db.from('tickets').where('customer_id', ticket.customerId).whereNot('id', ticket.id).whereNull('side_of_id').orderBy('id', 'desc').limit(6).select('id', 'subject', 'status')
  return {
    id: customer.id as number,
    name: (customer.name || rows[0].value || `#${customer.id}`) as string,
    language: customer.language as string | null,
    languageName: customer.language ? new Intl.DisplayNames([language], { type: 'language' }).of(customer.language) : null,
    about: customer.about as string | null,
    createdAt: Number(customer.created_at),
    addresses: rows.filter(({ value }) => value).map(({ kind, value, invalid_at: invalid }) => ({ kind, value, invalid: invalid !== null })),
    tickets,
    inbox: customer.inbox_name as string,
    openedAt: ticket.createdAt.toMillis(),
  }
}
