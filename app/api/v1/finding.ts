import vine from '@vinejs/vine'
import { parseQuery } from '#search/query'
import { findCustomers } from '#search/search_page'
import { findTickets } from '#search/ticket_search'
import { setting } from '#support/settings'
import { reading } from '#support/transaction'
import { viewCounts } from '#tickets/views'
import { endpoint } from '../endpoint.js'
import { pageById } from '../places.js'
import { pagingOnly } from '../rules.js'
import { id, idOf, iso, integer, listOf, name, nullable, object, oneOf, page, text, time } from '../schema.js'
import { customerSchema, customersJson } from '../serializers/customer.js'
import { messageSchema, messagesJson } from '../serializers/message.js'
import { ticketSchema, ticketsJson } from '../serializers/ticket.js'

const tagSchema = name('Tag', object({ id, name: text(), created_at: time }))
const viewSchema = name('View', object({ id: text('for `view` of /tickets'), kind: oneOf('built-in', 'team', 'inbox', 'saved'), name: text(), count: nullable({ ...integer, description: 'counted up to a hundred; null: not counted' }) }))

export const finding = [
  endpoint({
    method: 'GET',
    path: '/search',
    resource: 'Finding',
    summary: 'Search tickets, messages and customers',
    description:
      'What a person types: words (folded, by their beginning), "phrases", and `from: to: subject: tag: status: owner: before: after: has:attachment`. Best first, at most `limit` of each kind.',
    ability: 'read',
    query: vine.create({ q: vine.string().maxLength(500), limit: vine.number().withoutDecimals().range([1, 50]).optional() }),
    answer: object({ tickets: listOf(ticketSchema), messages: listOf(messageSchema), customers: listOf(customerSchema) }),
    async handle(call) {
      const limit = call.query.limit ?? 20
      const searcher = { reader: call.agent, access: call.access }
      const query = parseQuery(call.query.q, await setting('company.time_zone'))
      const { found } = await findTickets(query, searcher, limit)
      const messageIds = found.flatMap(({ hits }) => hits.filter(({ kind }) => kind === 'message').map(({ refId }) => refId)).slice(0, limit)
      const messages = messageIds.length > 0 ? await reading().from('messages').whereIn('id', messageIds).orderBy('id', 'desc') : []
      return {
        tickets: await ticketsJson(found.map(({ ticketId }) => ticketId)),
        messages: await messagesJson(messages, call.i18n),
        customers: await customersJson((await findCustomers(query, searcher, limit)).map((one) => one.id)),
      }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/tags',
    resource: 'Finding',
    summary: 'List tags',
    ability: 'read',
    query: pagingOnly,
    answer: page(tagSchema),
    async handle(call) {
      const { rows, next_cursor } = await pageById(reading().from('tags'), call.query, 'asc')
      return { data: rows.map((row: any) => ({ id: idOf(row.id as number), name: row.name, created_at: iso(row.created_at) })), next_cursor }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/views',
    resource: 'Finding',
    summary: 'List the views of the agent, with their counts',
    ability: 'read',
    answer: page(viewSchema),
    async handle(call) {
      const views = (await viewCounts(call.agent, call.access)).filter(({ kind }) => kind !== 'beside')
      return {
        data: views.map((view) => ({ id: view.key, kind: view.kind, name: view.name ?? call.i18n.t(`desk.views.${view.key}`, {}, view.key), count: view.count })),
        next_cursor: null,
      }
    },
  }),
]
