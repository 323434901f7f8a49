import { reading } from '#support/transaction'

/** Tickets that wait for somebody: only their latest mails can mislead. */
const UNFINISHED = ['waiting', 'aside', 'pending', 'snoozed']
const LOOKED_AT = 50

/**
 * The number of a ticket in which somebody writes as this customer who could not be verified, or null: what
 * comes of it at once (money, goods, an address, order data) asks a person first (contracts/channels/07c).
 */
export async function ticketInDoubt(customerId: number): Promise<number | null> {
  const rows = await reading()
    .from('tickets')
    .join('messages', 'messages.id', 'tickets.last_inbound_id')
    .where('tickets.customer_id', customerId)
    .whereIn('tickets.stage', UNFINISHED)
    .orderBy('tickets.updated_at', 'desc')
    .limit(LOOKED_AT)
    .select('tickets.id', 'messages.authentication')
  const found = rows.find(({ authentication }) => authentication && (JSON.parse(authentication) as { verdict?: string }).verdict === 'suspect')
  return found ? Number(found.id) : null
}

/** The customer of a ticket; 0 when there is none such. */
export async function writerOf(ticketId: number): Promise<number> {
  const row = ticketId < 2_147_483_648 ? await reading().from('tickets').where('id', ticketId).select('customer_id').first() : null
  return Number(row?.customer_id ?? 0)
}
