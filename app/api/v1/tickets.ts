import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import { listTickets, statuses, type ListFilters } from '#tickets/ticket_list'
import { readFilters } from '#tickets/ticket_list/filters'
import { PRIORITIES } from '#tickets/ticket/describable'
import { endpoint, type Call } from '../endpoint.js'
import { visibleTicket } from '../found.js'
import { wrongField } from '../problem.js'
import { attachments, idRule, moment, paging } from '../rules.js'
import { page } from '../schema.js'
import { ticketSchema, ticketsJson } from '../serializers/ticket.js'
import { changeTicket, ticketChanges } from './ticket_changes.js'
import { openByApi } from './ticket_opening.js'

const filters = vine.create({
  ...paging,
  status: vine.string().maxLength(80).optional(),
  owner: vine.string().regex(/^(\d{1,9}|me|none)$/).optional(),
  effective: vine.string().regex(/^(\d{1,9}|me)$/).optional(),
  team: vine.string().regex(/^(\d{1,9}|none)$/).optional(),
  inbox: idRule().optional(),
  channel: vine.string().maxLength(60).optional(),
  customer: idRule().optional(),
  category: vine.string().maxLength(40).optional(),
  tag: vine.string().maxLength(60).optional(),
  priority: vine.enum(PRIORITIES).optional(),
  view: vine.string().maxLength(40).optional(),
  q: vine.string().maxLength(500).optional(),
  updated_since: vine.string().optional(),
  created_since: vine.string().optional(),
  sort: vine.enum(['updated', 'created', 'due'] as const).optional(),
})

const newTicket = vine.create({
  subject: vine.string().trim().minLength(1).maxLength(500),
  inbox_id: idRule().optional(),
  customer: vine.object({
    id: idRule().optional(),
    name: vine.string().trim().maxLength(200).optional(),
    email: vine.string().email().maxLength(254).optional(),
    phone: vine.string().trim().minLength(3).maxLength(40).optional(),
  }),
  message: vine.object({
    text: vine.string().maxLength(100_000).optional(),
    html: vine.string().maxLength(2_000_000).optional(),
    attachments: attachments(),
    direction: vine.enum(['inbound', 'outbound'] as const),
  }),
  owner_id: idRule().nullable().optional(),
  team_id: idRule().nullable().optional(),
  priority: vine.enum(PRIORITIES).optional(),
  tags: vine.array(vine.string().trim().minLength(1).maxLength(60)).maxLength(50).optional(),
  custom: vine.record(vine.any().nullable()).optional(),
})

type Filters = Infer<(typeof filters)['schema']>

export const tickets = [
  endpoint({
    method: 'GET',
    path: '/tickets',
    resource: 'Tickets',
    summary: 'List tickets',
    description:
      'Filters narrow each other. `status` takes several, separated by commas. `owner` is accountable, `effective` works on it now; both take an id or `me`, `owner` also `none`. `view` is a built-in name (see /views), `team-<id>`, `inbox-<id>` or `saved-<id>`. `q` is what a person types into the search.',
    ability: 'read',
    query: filters,
    answer: page(ticketSchema),
    async handle(call) {
      const { rows, next } = await listTickets({
        reader: call.agent,
        access: call.access,
        view: call.query.view,
        filters: await listFilters(call),
        sort: call.query.sort ?? (call.query.view ? undefined : 'updated'),
        cursor: call.query.cursor,
        limit: call.query.limit,
      })
      return { data: await ticketsJson(rows.map((row) => row.id)), next_cursor: next }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/tickets',
    resource: 'Tickets',
    summary: 'Open a ticket with its first message',
    description: '`inbound`: the customer said it (by telephone, in a form); it is recorded and nothing is sent. `outbound`: it is sent to the customer.',
    ability: 'write',
    body: newTicket,
    answer: ticketSchema,
    status: 201,
    async handle(call) {
      const number = await openByApi(call)
      return one(call, number)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/tickets/{number}',
    resource: 'Tickets',
    summary: 'Read a ticket',
    description: 'The `ETag` is its version, for `If-Match`.',
    ability: 'read',
    answer: ticketSchema,
    refusals: [404],
    async handle(call) {
      const row = await visibleTicket(call)
      return one(call, row.id)
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/tickets/{number}',
    resource: 'Tickets',
    summary: 'Change a ticket',
    description: 'All given fields change together or none does; each leaves its own entry in the history. With `If-Match: "<version>"` a ticket that somebody changed meanwhile is left alone (409). `tags` is the whole list; in `custom` null removes a field.',
    ability: 'write',
    body: ticketChanges,
    answer: ticketSchema,
    refusals: [404, 409],
    async handle(call) {
      await changeTicket(call)
      return one(call, call.params.number)
    },
  }),
]

/** A ticket as an answer, with its version as ETag. */
export async function one(call: Call<any, any>, number: number) {
  const [ticket] = await ticketsJson([number])
  call.ctx.response.header('etag', `"${ticket!.version}"`)
  return ticket!
}

/** Checked here, where a wrong value is refused; pages pass over it. */
async function listFilters({ query, agent, access }: Call<Filters, unknown>): Promise<ListFilters> {
  if (query.status !== undefined) statusesOf(query.status)
  moment('updated_since', query.updated_since)
  moment('created_since', query.created_since)
  return readFilters(query, { reader: agent, access })
}

function statusesOf(list: string) {
  const asked = list.split(',').map((status) => status.trim())
  const known = statuses.filter((status) => asked.includes(status))
  if (known.length !== new Set(asked).size) throw wrongField('status', 'enum', `The field status takes ${statuses.join(', ')}`)
  return known
}
