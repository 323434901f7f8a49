import vine from '@vinejs/vine'
import { replay } from '#channels/inbound/gateway'
import { processNow } from '#channels/inbound/processing'
import { retryJob } from '#support/jobs'
import { reading } from '#support/transaction'
import { endpoint } from '../endpoint.js'
import { pageById } from '../places.js'
import { Refusal, wrongField } from '../problem.js'
import { idRule, paging } from '../rules.js'
import { page } from '../schema.js'
import { incomingJson, incomingSchema, jobJson, jobSchema } from '../serializers/incoming.js'

const STATES = ['stored', 'processing', 'done', 'ignored', 'failed']

/** What could not be done, why, and doing it again. */
export const work = [
  endpoint({
    method: 'GET',
    path: '/incoming',
    resource: 'Work',
    summary: 'List what arrived, newest first, with its fate',
    description: '`state` takes several, separated by commas: stored, processing, done, ignored, failed.',
    ability: 'admin',
    query: vine.create({ ...paging, state: vine.string().maxLength(60).optional(), inbox: idRule().optional() }),
    answer: page(incomingSchema),
    async handle(call) {
      const query = reading().from('incoming_items')
      if (call.query.state !== undefined) query.whereIn('state', among('state', call.query.state, STATES))
      if (call.query.inbox !== undefined) query.where('inbox_id', Number(call.query.inbox))
      const { rows, next_cursor } = await pageById(query, call.query)
      return { data: rows.map((row) => incomingJson(row, call.i18n)), next_cursor }
    },
  }),

  endpoint({
    method: 'GET',
    path: '/incoming/{id}',
    resource: 'Work',
    summary: 'Read one thing that arrived',
    ability: 'admin',
    answer: incomingSchema,
    refusals: [404],
    async handle(call) {
      const row = await reading().from('incoming_items').where('id', call.params.id!).first()
      if (!row) throw new Refusal(404, 'not_found')
      return incomingJson(row, call.i18n)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/incoming/{id}/replay',
    resource: 'Work',
    summary: 'Process it again, from the same stored bytes',
    ability: 'admin',
    answer: incomingSchema,
    refusals: [404, 409],
    async handle(call) {
      const row = await reading().from('incoming_items').where('id', call.params.id!).select('id', 'inbox_id').first()
      if (!row) throw new Refusal(404, 'not_found')
      await replay(row.id, call.cause)
      await processNow(row.inbox_id, row.id)
      return incomingJson(await reading().from('incoming_items').where('id', row.id).first(), call.i18n)
    },
  }),

  endpoint({
    method: 'GET',
    path: '/jobs',
    resource: 'Work',
    summary: 'List jobs, newest first',
    ability: 'admin',
    query: vine.create({ ...paging, state: vine.string().maxLength(60).optional() }),
    answer: page(jobSchema),
    async handle(call) {
      const query = reading().from('jobs')
      if (call.query.state !== undefined) query.whereIn('state', among('state', call.query.state, ['pending', 'running', 'dead']))
      const { rows, next_cursor } = await pageById(query, call.query)
      return { data: rows.map(jobJson), next_cursor }
    },
  }),

  endpoint({
    method: 'POST',
    path: '/jobs/{id}/retry',
    resource: 'Work',
    summary: 'Give a dead job another life',
    ability: 'admin',
    answer: jobSchema,
    refusals: [404, 409],
    async handle(call) {
      const job = await reading().from('jobs').where('id', call.params.id!).first()
      if (!job) throw new Refusal(404, 'not_found')
      if (job.state !== 'dead') throw new Refusal(409, 'not_dead')
      await retryJob(job.id)
      // A quick worker may have done it, and then its row is gone.
      return jobJson((await reading().from('jobs').where('id', job.id).first()) ?? { ...job, state: 'pending', attempts: 0, finished_at: null })
    },
  }),
]

function among(field: string, list: string, known: readonly string[]): string[] {
  const asked = list.split(',').map((word) => word.trim())
  if (asked.some((word) => !known.includes(word))) throw wrongField(field, 'enum', `The field ${field} takes ${known.join(', ')}`)
  return asked
}
