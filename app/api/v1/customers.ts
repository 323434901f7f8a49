import vine from '@vinejs/vine'
import Customer, { mergeCustomers } from '#customers/customer'
import { normaliseAddress } from '#customers/identity'
import { createCustomer } from '#customers/new_customer'
import { parseQuery } from '#search/query'
import { findCustomers } from '#search/search_page'
import { reading, transaction } from '#support/transaction'
import { endpoint, type Call } from '../endpoint.js'
import { seenCustomers } from '../found.js'
import { pageById, readCursor, writeCursor, type Place } from '../places.js'
import { Refusal } from '../problem.js'
import { idRule, paging, pagingOnly } from '../rules.js'
import { listOf, object, page } from '../schema.js'
import { customerSchema, customersJson } from '../serializers/customer.js'
import { panelSchema, panelsJson } from '../serializers/panel.js'
import { timelineEntrySchema, timelineJson } from '../serializers/timeline.js'

const filters = vine.create({
  ...paging,
  email: vine.string().maxLength(254).optional(),
  phone: vine.string().maxLength(40).optional(),
  q: vine.string().maxLength(200).optional(),
})

const newCustomer = vine.create({
  name: vine.string().trim().maxLength(200).optional(),
  email: vine.string().email().maxLength(254).optional(),
  phone: vine.string().trim().minLength(3).maxLength(40).optional(),
  language: vine.string().regex(/^[a-z]{2}$/).nullable().optional(),
  about: vine.string().maxLength(10_000).nullable().optional(),
})

/** Finds so many at most by words. */
const MOST_FOUND = 200

const into = vine.create({ into: idRule() })

export const customers = [
  endpoint({
    method: 'GET',
    path: '/customers',
    resource: 'Customers',
    summary: 'List or find customers',
    description: '`email` and `phone` are compared whole, in their normal form; `q` finds by the beginnings of words of name and address.',
    ability: 'read',
    query: filters,
    answer: page(customerSchema),
    async handle(call) {
      const { email, phone, q } = call.query
      const query = seenCustomers(call).whereNull('merged_into_id').select('id')
      if (email !== undefined) query.whereIn('id', owners('email', email))
      if (phone !== undefined) query.whereIn('id', owners('phone', phone))
      if (q !== undefined) query.whereIn('id', (await findCustomers(parseQuery(q), { reader: call.agent, access: call.access }, MOST_FOUND)).map((found) => found.id))
      const { rows, next_cursor } = await pageById(query, call.query, 'asc')
      return { data: await customersJson(rows.map((row) => row.id)), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/customers',
    resource: 'Customers',
    summary: 'Write down a customer',
    ability: 'write',
    body: newCustomer,
    answer: customerSchema,
    status: 201,
    refusals: [409],
    async handle(call) {
      const { email, phone, ...values } = call.body
      const addresses = [...(email ? [{ kind: 'email' as const, value: email }] : []), ...(phone ? [{ kind: 'phone' as const, value: phone }] : [])]
      return one(await createCustomer({ ...values, addresses }, call.cause))
    },
  }),

  endpoint({
    method: 'GET',
    path: '/customers/{id}',
    resource: 'Customers',
    summary: 'Read a customer',
    ability: 'read',
    answer: customerSchema,
    refusals: [404],
    handle: async (call) => one((await visible(call)).id),
  }),

  endpoint({
    method: 'PATCH',
    path: '/customers/{id}',
    resource: 'Customers',
    summary: 'Change a customer',
    description: '`email` and `phone` add an address; `remove_address_id` takes one away, but never the last.',
    ability: 'write',
    body: vine.create({ ...newCustomer.schema.getProperties(), remove_address_id: idRule().optional() }),
    answer: customerSchema,
    refusals: [404, 409],
    async handle(call) {
      const { email, phone, remove_address_id: removed, name, language, about } = call.body
      const { id } = await visible(call)
      await transaction(async (trx) => {
        const customer = await Customer.findOrFail(id, { client: trx })
        await customer.change({ name, language, about }, call.cause)
        if (email) await customer.addAddress('email', email, call.cause)
        if (phone) await customer.addAddress('phone', phone, call.cause)
        if (removed) await customer.removeAddress(Number(removed), call.cause)
      })
      return one(id)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/customers/{id}/merge',
    resource: 'Customers',
    summary: 'Merge this customer into another',
    description: 'Tickets and addresses move; this one is kept as a pointer.',
    ability: 'write',
    body: into,
    answer: customerSchema,
    refusals: [404, 409],
    async handle(call) {
      const { id } = await visible(call)
      const other = await visible(call, Number(call.body.into))
      await mergeCustomers(id, other.id, call.cause)
      return one(other.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/customers/{id}/timeline',
    resource: 'Customers',
    summary: 'Read what was said with a customer over all tickets, newest first',
    description: 'Tickets opened and messages in and out, as far as the agent may see their inboxes. No notes.',
    ability: 'read',
    query: pagingOnly,
    answer: page(timelineEntrySchema),
    refusals: [404],
    async handle(call) {
      const { id } = await visible(call)
      const from = readCursor<Place>(call.query.cursor, ['at', 'rank', 'id'])
      const { data, next } = await timelineJson(id, call.access, from, call.query.limit ?? 50, call.i18n)
      return { data, next_cursor: writeCursor(next) }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/customers/{id}/context',
    resource: 'Customers',
    summary: "Read the plugins' panels of a customer",
    description: 'Each plugin is asked for a few seconds at most; one that does not answer says so in `error` and holds up no other.',
    ability: 'read',
    answer: object({ data: listOf(panelSchema) }),
    refusals: [404],
    async handle(call) {
      const { id } = await visible(call)
      return { data: await panelsJson(id) }
    },
  }),
]

const owners = (kind: 'email' | 'phone', value: string) => reading().from('addresses').where('kind', kind).where('value', normaliseAddress(kind, value)).select('customer_id')

async function visible(call: Call<any, any>, id = call.params.id!) {
  const row = await seenCustomers(call).where('id', id).select('id').first()
  if (!row) throw new Refusal(404, 'not_found')
  return row as { id: number }
}

async function one(id: number) {
  const [customer] = await customersJson([id])
  return customer!
}
