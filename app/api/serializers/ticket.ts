import { reading } from '#support/transaction'
import { UNTIL_ANSWER } from '#tickets/ticket/snoozable'
import { termsOf, windowAt } from '#tickets/channel_terms'
import { anything, id, idOf, integer, iso, listOf, mapOf, name, nullable, object, oneOf, text, time } from '../schema.js'

export const STATUSES = ['new', 'open', 'pending', 'snoozed', 'resolved', 'closed', 'spam'] as const

export const namedAgent = object({ id, name: text() })
export const inboxInShort = object({ id, channel: text(), name: text() })

export const ticketSchema = name(
  'Ticket',
  object({
    number: id,
    subject: text(),
    status: oneOf(...STATUSES),
    priority: oneOf('low', 'normal', 'high', 'urgent'),
    category: text(),
    inbox: inboxInShort,
    customer: object({ id, name: text(), email: nullable(text()), phone: nullable(text()) }),
    owner: nullable(namedAgent),
    acting: nullable({
      type: 'object',
      properties: { id, name: text(), team: namedAgent, because: text() },
      required: ['because'],
      additionalProperties: false,
    }),
    team: nullable(namedAgent),
    tags: listOf(text()),
    custom: mapOf(anything),
    language: nullable(text()),
    created_at: time,
    updated_at: time,
    last_customer_message_at: nullable(time),
    last_agent_message_at: nullable(time),
    first_response_at: nullable(time),
    resolved_at: nullable(time),
    snoozed_until: nullable(time),
    remind_at: nullable(time),
    sla: nullable(object({ policy: text(), first_response_due_at: nullable(time), resolution_due_at: nullable(time), breached: { type: 'boolean' } })),
    reply_window: nullable(
      object({
        mode: oneOf('free', 'person', 'template', 'closed'),
        until: nullable({ ...time, description: 'the end of this mode' }),
        opened_at: nullable({ ...time, description: 'when the customer last did something that opens it' }),
      })
    ),
    pending_on: nullable(oneOf('customer', 'third_party')),
    merged_into: nullable(id),
    message_count: integer,
    version: integer,
  })
)

/** Tickets by number, in the order asked for; five queries for any number of them. */
export async function ticketsJson(numbers: readonly number[]) {
  if (numbers.length === 0) return []
  const db = reading()
  const rows: Row[] = await db
    .from('tickets')
    .join('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .leftJoin('agents as owners', 'owners.id', 'tickets.owner_id')
    .leftJoin('agents as actings', 'actings.id', 'tickets.acting_id')
    .leftJoin('teams as acting_teams', 'acting_teams.id', 'tickets.acting_team_id')
    .leftJoin('teams', 'teams.id', 'tickets.team_id')
    .whereIn('tickets.id', [...numbers])
    .select('tickets.*', 'inboxes.name as inbox_name', 'inboxes.config as inbox_config', 'customers.name as customer_name', 'owners.name as owner_name')
    .select('actings.name as acting_name', 'acting_teams.name as acting_team_name', 'teams.name as team_name')

  const tags = await tagsOf(numbers)
  const addresses = await addressesOf([...new Set(rows.map((row) => row.customer_id))])
  const byNumber = new Map(rows.map((row) => [row.id, ticketJson(row, tags.get(row.id) ?? [], addresses.get(row.customer_id) ?? {})]))
  return numbers.flatMap((number) => byNumber.get(number) ?? [])
}

/** The first e-mail address and telephone of each customer. */
export async function addressesOf(customerIds: readonly number[]): Promise<Map<number, { email?: string; phone?: string }>> {
  const found = new Map<number, { email?: string; phone?: string }>()
  const rows = await reading().from('addresses').whereIn('customer_id', [...customerIds]).whereIn('kind', ['email', 'phone']).orderBy('id').select('customer_id', 'kind', 'value')
  for (const { customer_id: customerId, kind, value } of rows) {
    const known = found.get(customerId) ?? {}
    found.set(customerId, { [kind]: value, ...known })
  }
  return found
}

type Row = Record<string, any>

function ticketJson(row: Row, tags: readonly string[], { email = null, phone = null }: { email?: string | null; phone?: string | null }) {
  return {
    number: idOf(row.id as number),
    subject: row.subject,
    status: row.status,
    priority: row.priority,
    category: row.category,
    inbox: { id: idOf(row.inbox_id as number), channel: row.channel, name: row.inbox_name },
    customer: { id: idOf(row.customer_id as number), name: row.customer_name, email, phone },
    owner: row.owner_id ? { id: idOf(row.owner_id as number), name: row.owner_name } : null,
    acting: actingJson(row),
    team: row.team_id ? { id: idOf(row.team_id as number), name: row.team_name } : null,
    tags,
    custom: row.custom ? JSON.parse(row.custom) : {},
    language: row.language,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
    last_customer_message_at: iso(row.last_customer_message_at),
    last_agent_message_at: iso(row.last_agent_message_at),
    first_response_at: iso(row.first_response_at),
    resolved_at: iso(row.resolved_at),
    snoozed_until: row.snoozed_until !== null && Number(row.snoozed_until) >= UNTIL_ANSWER.toMillis() ? null : iso(row.snoozed_until),
    remind_at: iso(row.remind_at),
    sla: null,
    reply_window: windowJson(row),
    pending_on: row.pending_on,
    merged_into: idOf(row.merged_into_id as number | null),
    message_count: row.message_count,
    version: row.version,
  }
}

/** What the ticket's channel takes now; null where it knows no window. */
function windowJson(row: Row) {
  const terms = termsOf({ channel: row.channel, config: row.inbox_config })
  if (!terms?.window) return null
  const from = row.window_from_at === null ? null : Number(row.window_from_at)
  const { mode, until } = windowAt(terms, from)
  return { mode, until: iso(until), opened_at: iso(from) }
}

function actingJson(row: Row) {
  if (row.acting_id) return { id: idOf(row.acting_id as number), name: row.acting_name, because: 'absence' }
  if (row.acting_team_id) return { team: { id: idOf(row.acting_team_id as number), name: row.acting_team_name }, because: 'absence' }
  return null
}

async function tagsOf(numbers: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await reading()
    .from('ticket_tags')
    .join('tags', 'tags.id', 'ticket_tags.tag_id')
    .whereIn('ticket_tags.ticket_id', [...numbers])
    .orderBy('tags.folded')
    .select('ticket_tags.ticket_id', 'tags.name')
  const found = new Map<number, string[]>()
  for (const row of rows) found.set(row.ticket_id, [...(found.get(row.ticket_id) ?? []), row.name])
  return found
}
