import vine from '@vinejs/vine'
import { keepSpamFor, MOST_DAYS } from '#channels/spam/aged'
import { forgetSender, ruleSender, senderRules } from '#channels/spam/senders'
import { setting } from '#support/settings'
import { reading } from '#support/transaction'
import { endpoint } from '../endpoint.js'
import { readCursor, writeCursor } from '../places.js'
import { Refusal } from '../problem.js'
import { pagingOnly } from '../rules.js'
import { id, idOf, integer, iso, name, nullable, object, oneOf, page, text, time } from '../schema.js'

const senderSchema = name('SenderRule', object({ id, value: text('an address, or a domain as @example.com'), verdict: oneOf('allow', 'block'), by: nullable(text('the agent who said so')), created_at: time }))

const newRule = vine.create({ value: vine.string().trim().minLength(3).maxLength(254), verdict: vine.enum(['allow', 'block'] as const) })

const retentionSchema = name('SpamRetention', object({ days: integer }))

type Rule = Awaited<ReturnType<typeof senderRules>>[number]

const shown = ({ id: number, value, verdict, agent, createdAt }: Rule) => ({ id: idOf(number), value, verdict, by: agent, created_at: iso(createdAt) })

/** Senders that the team lets through or has blocked. */
export const senders = [
  endpoint({
    method: 'GET',
    path: '/sender-rules',
    resource: 'Inboxes',
    summary: 'List the senders that are let through or blocked',
    ability: 'read',
    query: pagingOnly,
    answer: page(senderSchema),
    async handle(call) {
      const size = call.query.limit ?? 50
      const from = readCursor<{ id: number }>(call.query.cursor, ['id'])
      const rows = await senderRules({ before: from?.id, limit: size + 1 })
      const data = rows.slice(0, size)
      return { data: data.map(shown), next_cursor: rows.length > size ? writeCursor({ id: data.at(-1)!.id }) : null }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/sender-rules',
    resource: 'Inboxes',
    summary: 'Let a sender through, or put his mail into spam',
    description: 'An address, or a whole domain as `@example.com`. A second word on the same sender replaces the first. Blocked mail is kept among the spam, never dropped.',
    ability: 'write',
    body: newRule,
    answer: senderSchema,
    status: 201,
    async handle(call) {
      const { id: made } = await ruleSender(call.body.value, call.body.verdict, call.cause)
      const [rule] = await senderRules({ before: made + 1, limit: 1 })
      return shown(rule)
    },
  }),

  endpoint({
    method: 'DELETE',
    path: '/sender-rules/{id}',
    resource: 'Inboxes',
    summary: 'Forget what was said of a sender',
    ability: 'write',
    answer: object({ id: text() }),
    refusals: [404],
    async handle(call) {
      const row = await reading().from('sender_rules').where('id', call.params.id!).select('id').first()
      if (!row) throw new Refusal(404, 'not_found')
      await forgetSender(call.params.id!, call.cause)
      return { id: String(call.params.id) }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/spam-retention',
    resource: 'Inboxes',
    summary: 'How long spam stays',
    description: 'Spam that nobody has touched for so many days is deleted with its files; 0: never.',
    ability: 'read',
    answer: retentionSchema,
    handle: async () => ({ days: await setting('spam.days') }),
  }),

  endpoint({
    method: 'PATCH',
    path: '/spam-retention',
    resource: 'Inboxes',
    summary: 'Say how long spam stays',
    description: 'A week at least; 0: for good. What colleagues have answered, noted or handed over is never deleted, nor is anything that is not spam.',
    ability: 'admin',
    body: vine.create({ days: vine.number().withoutDecimals().min(0).max(MOST_DAYS) }),
    answer: retentionSchema,
    async handle(call) {
      await keepSpamFor(call.body.days, call.cause)
      return { days: await setting('spam.days') }
    },
  }),
]
