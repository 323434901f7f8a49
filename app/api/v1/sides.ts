import vine from '@vinejs/vine'
import { sideInboxes } from '#channels/side_inboxes'
import { reading, transaction } from '#support/transaction'
import { startSide } from '#tickets/side'
import Ticket from '#tickets/ticket'
import { endpoint, type Call } from '../endpoint.js'
import { keepInputs } from '../files.js'
import { maySee, ticketToChange, visibleTicket } from '../found.js'
import { pageById } from '../places.js'
import { Refusal, wrongField } from '../problem.js'
import { attachments, idRule, mailboxes, pagingOnly, person } from '../rules.js'
import { id, idOf, integer, iso, name, object, page, text, time, whole } from '../schema.js'
import { inboxInShort } from '../serializers/ticket.js'
import { messageSchema, messagesJson } from '../serializers/message.js'

const sideSchema = name('SideConversation', object({ id, ticket_number: id, subject: text(), with: object({ id, name: text() }), inbox: inboxInShort, message_count: integer, created_at: time, updated_at: time }))

const newSide = vine.create({
  inbox_id: idRule().optional(),
  to: vine.array(person()).minLength(1).maxLength(20),
  cc: vine.array(person()).maxLength(20).optional(),
  subject: vine.string().trim().minLength(1).maxLength(500),
  text: vine.string().trim().minLength(1).maxLength(100_000),
  attachment_ids: vine.array(idRule()).maxLength(50).optional(),
  attachments: attachments(),
})
const newMessage = vine.create({
  to: vine.array(person()).minLength(1).maxLength(20).optional(),
  cc: vine.array(person()).maxLength(20).optional(),
  text: vine.string().trim().minLength(1).maxLength(100_000),
  attachments: attachments(),
})

/** E-mail with a supplier or carrier from inside a ticket, in a thread of its own. */
export const sides = [
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/side-conversations',
    resource: 'Side conversations',
    summary: 'List the side conversations of a ticket',
    ability: 'read',
    answer: whole(sideSchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const rows = await reading().from('tickets').where('side_of_id', ticket.id).orderBy('id')
      return { data: await sidesJson(rows.filter((row) => maySee(call.access, row.inbox_id))), next_cursor: null }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/side-conversations',
    resource: 'Side conversations',
    summary: 'Write to a third party about a ticket, apart from its customer',
    description: 'Its answers come back into it, and never into the thread of the customer, who can be among no recipients. `attachment_ids` are files of the ticket’s messages that go along. `inbox_id` is a mailbox whose channel threads by references; the ticket’s own unless given.',
    ability: 'write',
    body: newSide,
    answer: sideSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { body } = call
      const ticket = await visibleTicket(call)
      const inboxes = await sideInboxes(call.agent, ticket.inbox_id)
      const inbox = body.inbox_id === undefined ? inboxes[0] : inboxes.find(({ id: one }) => one === Number(body.inbox_id))
      if (!inbox) throw wrongField('inbox_id', 'exists', 'The field inbox_id must name a mailbox that can send and whose channel keeps threads by references')
      const uploadIds = await keepInputs(body.attachments, call.agent.id)
      const side = await transaction(async () =>
        startSide(await ticketToChange(call), { inbox, to: mailboxes(body.to)!, cc: mailboxes(body.cc), subject: body.subject, text: body.text, attachmentIds: body.attachment_ids?.map(Number), uploadIds }, call.cause)
      )
      return one(side.id)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/side-conversations/{id}',
    resource: 'Side conversations',
    summary: 'Read a side conversation',
    ability: 'read',
    answer: sideSchema,
    refusals: [404],
    async handle(call) {
      return one((await visibleSide(call)).id)
    },
  }),
  endpoint({
    method: 'GET',
    path: '/side-conversations/{id}/messages',
    resource: 'Side conversations',
    summary: 'List the messages of a side conversation, oldest first',
    ability: 'read',
    query: pagingOnly,
    answer: page(messageSchema),
    refusals: [404],
    async handle(call) {
      const side = await visibleSide(call)
      const { rows, next_cursor } = await pageById(reading().from('messages').where('ticket_id', side.id), call.query, 'asc')
      return { data: await messagesJson(rows, call.i18n), next_cursor }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/side-conversations/{id}/messages',
    resource: 'Side conversations',
    summary: 'Go on with a side conversation',
    description: 'Without `to` it goes to whoever wrote last. Nobody is in copy who is not named.',
    ability: 'write',
    body: newMessage,
    answer: messageSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { body } = call
      const side = await visibleSide(call)
      const uploadIds = await keepInputs(body.attachments, call.agent.id)
      const message = await transaction(async (trx) => (await Ticket.findOrFail(side.id, { client: trx })).reply({ text: body.text, to: mailboxes(body.to), cc: mailboxes(body.cc), uploadIds }, call.cause))
      const [json] = await messagesJson([await reading().from('messages').where('id', message.id).firstOrFail()], call.i18n)
      return json!
    },
  }),
]

/** One sees it who sees its ticket and the mailbox that it is written from. */
async function visibleSide(call: Call<any, any>): Promise<Record<string, any>> {
  const row = await reading()
    .from('tickets as side')
    .join('tickets as parent', 'parent.id', 'side.side_of_id')
    .where('side.id', call.params.id)
    .select('side.*', 'parent.inbox_id as parent_inbox_id')
    .first()
  if (!row || !maySee(call.access, row.inbox_id) || !maySee(call.access, row.parent_inbox_id)) throw new Refusal(404, 'not_found')
  return row
}

async function one(sideId: number) {
  const [json] = await sidesJson(await reading().from('tickets').where('id', sideId))
  return json!
}

async function sidesJson(rows: readonly Record<string, any>[]) {
  const by = async (table: string, column: string) => {
    const found = rows.length === 0 ? [] : await reading().from(table).whereIn('id', [...new Set(rows.map((row) => row[column]))]).select('id', 'name')
    return new Map(found.map((row) => [row.id, row.name as string]))
  }
  const [partners, inboxes] = [await by('customers', 'customer_id'), await by('inboxes', 'inbox_id')]
  return rows.map((row) => ({
    id: idOf(row.id as number),
    ticket_number: idOf(row.side_of_id as number),
    subject: row.subject,
    with: { id: idOf(row.customer_id as number), name: partners.get(row.customer_id) ?? '' },
    inbox: { id: idOf(row.inbox_id as number), channel: row.channel, name: inboxes.get(row.inbox_id) ?? '' },
    message_count: row.message_count,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }))
}
