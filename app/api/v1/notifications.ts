import vine from '@vinejs/vine'
import { linesOf } from '#notifications/lines'
import { KIND_NAMES } from '#notifications/kinds'
import { markSeen } from '#notifications/telling'
import { reading } from '#support/transaction'
import { endpoint } from '../endpoint.js'
import { pageById } from '../places.js'
import { idRule, paging } from '../rules.js'
import { id, idOf, integer, iso, name, nullable, object, oneOf, page, text, time } from '../schema.js'

const notificationSchema = name(
  'Notification',
  object({
    id,
    kind: oneOf(...KIND_NAMES),
    text: text('in the language of the agent'),
    count: { ...integer, description: 'so many of the kind about the same, while it was unseen' },
    ticket_number: nullable(id),
    in_place_of_id: nullable(id),
    at: time,
    seen_at: nullable(time),
  })
)

/** What the agent of the token was told; nobody reads another's. */
export const notifications = [
  endpoint({
    method: 'GET',
    path: '/notifications',
    resource: 'Notifications',
    summary: 'List what the agent was told, newest first',
    ability: 'read',
    query: vine.create({ ...paging, unseen: vine.enum(['true', 'false'] as const).optional() }),
    answer: page(notificationSchema),
    async handle(call) {
      const query = reading().from('notifications').where('agent_id', call.agent.id).where('in_page', 1)
      if (call.query.unseen === 'true') query.whereNull('seen_at')
      const { rows, next_cursor } = await pageById(query, call.query)
      const lines = await linesOf(rows, call.i18n)
      return {
        data: rows.map((row: any, index: number) => ({
          id: idOf(row.id as number),
          kind: row.kind,
          text: lines[index].text,
          count: row.count,
          ticket_number: idOf(row.ticket_id as number | null),
          in_place_of_id: idOf(row.for_id as number | null),
          at: iso(row.at),
          seen_at: iso(row.seen_at),
        })),
        next_cursor,
      }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/notifications/seen',
    resource: 'Notifications',
    summary: 'Mark as seen everything up to a line',
    ability: 'write',
    body: vine.create({ up_to: idRule() }),
    answer: object({ seen: integer }),
    async handle(call) {
      return { seen: await markSeen(call.agent.id, { upTo: Number(call.body.up_to) }) }
    },
  }),
]
