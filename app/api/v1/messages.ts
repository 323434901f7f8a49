import vine from '@vinejs/vine'
import { isCovered, takeBack } from '#routing/coverage/keeping'
import { openKept, keptBytes } from '#support/files'
import { reading, transaction } from '#support/transaction'
import { safeHeaders } from '#tickets/attachment_response'
import { cancelDelivery, planDelivery, retryDelivery } from '#tickets/message_delivery'
import { plannedReplies, type PlannedCursor } from '#tickets/planned'
import { endpoint, type Call } from '../endpoint.js'
import { keepInputs } from '../files.js'
import { filledTemplate } from '#channels/filled_template'
import { existing, maySee, messageToChange, ticketToChange, visibleMessage, visibleTicket } from '../found.js'
import { pageById, readCursor, writeCursor } from '../places.js'
import { plainText } from '../plain_text.js'
import { Refusal, wrongField } from '../problem.js'
import { attachments, idRule, mailboxes, moment, pagingOnly, person } from '../rules.js'
import { page } from '../schema.js'
import { messageSchema, messagesJson } from '../serializers/message.js'

const newReply = vine.create({
  text: vine.string().maxLength(100_000).optional(),
  html: vine.string().maxLength(2_000_000).optional(),
  to: vine.array(person()).minLength(1).maxLength(50).optional(),
  cc: vine.array(person()).maxLength(50).optional(),
  bcc: vine.array(person()).maxLength(50).optional(),
  subject: vine.string().trim().maxLength(500).optional(),
  attachments: attachments(),
  send_at: vine.string().optional(),
  status_after: vine.enum(['open', 'pending', 'resolved'] as const).optional(),
  coverage: vine.enum(['take_back', 'leave'] as const).optional(),
  inbox_id: idRule().optional(),
  template: vine.object({ name: vine.string().maxLength(200), language: vine.string().maxLength(20), parameters: vine.array(vine.string().trim().minLength(1).maxLength(1000)).maxLength(20).optional() }).optional(),
})

export const messages = [
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/messages',
    resource: 'Messages',
    summary: 'List the messages of a ticket, oldest first',
    ability: 'read',
    query: pagingOnly,
    answer: page(messageSchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      const { rows, next_cursor } = await pageById(reading().from('messages').where('ticket_id', ticket.id), call.query, 'asc')
      return { data: await messagesJson(rows, call.i18n), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/tickets/{number}/messages',
    resource: 'Messages',
    summary: 'Reply to the customer',
    description:
      "Message and delivery are written together; the channel sends it after the inbox's undo time, or at `send_at`. Signature and short history are added. Without `to` it goes to whoever wrote last. With `If-Match` a ticket that changed meanwhile is left alone (409). An absent owner on whose ticket somebody stands in says `coverage`: `take_back` or `leave` (else 409). `inbox_id` answers by another inbox than the ticket's own. A chat takes text, files and nothing else; outside its window (see the ticket's `reply_window`) it takes what the mode says, and everything else is refused in words (422). `template` is one of the inbox's approved templates with each placeholder filled.",
    ability: 'write',
    body: newReply,
    answer: messageSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { body, cause } = call
      const ticketRow = await visibleTicket(call)
      const inboxId = await inboxNamed(call, body.inbox_id)
      const filled = body.template ? await filledTemplate(inboxId ?? ticketRow.inbox_id, body.template) : null
      const text = filled?.text ?? body.text ?? (body.html ? plainText(body.html) : '')
      if (text.trim() === '' && !body.html && !body.attachments?.length) throw wrongField('text', 'required', 'A reply needs text or html')
      const uploadIds = await keepInputs(body.attachments, call.agent.id)
      const message = await transaction(async () => {
        const ticket = await ticketToChange(call)
        // The absent owner says whose it is from now on: nothing happens silently (B11).
        if (isCovered(ticket, call.agent.id) && body.coverage === undefined) throw new Refusal(409, 'covered')
        if (body.coverage === 'take_back') await takeBack(ticket, call.agent.id, cause)
        return ticket.reply(
          {
            text,
            html: body.html,
            to: mailboxes(body.to),
            cc: mailboxes(body.cc),
            bcc: mailboxes(body.bcc),
            subject: body.subject,
            inboxId: filled ? (inboxId ?? ticketRow.inbox_id) : inboxId,
            template: filled?.template,
            uploadIds,
            sendAt: moment('send_at', body.send_at),
            statusAfter: body.status_after,
          },
          cause
        )
      })
      return one(call, message.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/messages/{id}',
    resource: 'Messages',
    summary: 'Read a message',
    ability: 'read',
    answer: messageSchema,
    refusals: [404],
    async handle(call) {
      const row = await visibleMessage(call)
      return one(call, row.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/messages/{id}/raw',
    resource: 'Messages',
    summary: 'Download a message as it arrived, byte for byte',
    description: '`message/rfc822` for e-mail, JSON for a webhook. Messages of ours have no raw form (404).',
    ability: 'read',
    answer: 'application/octet-stream',
    refusals: [404],
    handle: raw,
  }),

  endpoint({
    method: 'POST',
    path: '/messages/{id}/delivery',
    resource: 'Messages',
    summary: 'Send a failed, unknown, held or planned message now',
    ability: 'write',
    answer: messageSchema,
    refusals: [404, 409],
    async handle(call) {
      await transaction(async () => retryDelivery(await messageToChange(call), call.cause))
      return one(call, call.params.id)
    },
  }),

  endpoint({
    method: 'PATCH',
    path: '/messages/{id}/delivery',
    resource: 'Messages',
    summary: 'Plan a message that has not left for another moment',
    description: 'For a message that is planned, held, or still within its undo time. If the customer writes before `send_at`, it is held.',
    ability: 'write',
    body: vine.create({ send_at: vine.string() }),
    answer: messageSchema,
    refusals: [404, 409],
    async handle(call) {
      const at = moment('send_at', call.body.send_at)!
      await transaction(async () => planDelivery(await messageToChange(call), at, call.cause))
      return one(call, call.params.id)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/planned-messages',
    resource: 'Messages',
    summary: 'List the messages that wait for their moment or are held, soonest first',
    ability: 'read',
    query: pagingOnly,
    answer: page(messageSchema),
    async handle(call) {
      const limit = call.query.limit ?? 50
      const { rows, next } = await plannedReplies({ access: call.access, after: readCursor<PlannedCursor>(call.query.cursor, ['due', 'id']), limit })
      return { data: await messagesJson(rows, call.i18n), next_cursor: writeCursor(next) }
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/messages/{id}/delivery',
    resource: 'Messages',
    summary: 'Take a message back while it is pending or held',
    ability: 'write',
    answer: messageSchema,
    refusals: [404, 409],
    async handle(call) {
      await transaction(async () => cancelDelivery(await messageToChange(call), call.cause))
      return one(call, call.params.id)
    },
  }),
]

async function inboxNamed(call: Call<any, any>, id: string | undefined): Promise<number | undefined> {
  const ids = await existing('inbox_id', 'inboxes', id === undefined ? undefined : [id])
  if (ids && !maySee(call.access, ids[0]!)) throw wrongField('inbox_id', 'exists', 'There is no such inbox')
  return ids?.[0]
}

async function one(call: Call<any, any>, id: number) {
  const row = await reading().from('messages').where('id', id).firstOrFail()
  const [message] = await messagesJson([row], call.i18n)
  return message!
}

async function raw(call: Call) {
  const message = await visibleMessage(call)
  const item = message.incoming_item_id ? await reading().from('incoming_items').where('id', message.incoming_item_id).select('raw_path', 'type').first() : null
  const bytes = item ? await keptBytes(item.raw_path) : null
  if (bytes === null) throw new Refusal(404, 'no_raw')
  const { response } = call.ctx
  safeHeaders(response, { name: `message-${message.id}${ENDINGS[item.type] ?? ''}`, inPlace: false })
  response.header('content-type', item.type)
  response.header('content-length', String(bytes))
  response.header('cache-control', 'private, no-store')
  return response.stream(openKept(item.raw_path)) as void
}

const ENDINGS: Record<string, string> = { 'message/rfc822': '.eml', 'application/json': '.json' }
