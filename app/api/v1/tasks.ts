import vine from '@vinejs/vine'
import { reading, transaction } from '#support/transaction'
import { tasksOf } from '#tickets/pages/tasks'
import Task from '#tickets/task'
import { endpoint, type Call } from '../endpoint.js'
import { maySee, ticketToChange, visibleTicket } from '../found.js'
import { readCursor, writeCursor } from '../places.js'
import { Refusal } from '../problem.js'
import { flag, idRule, moment, paging } from '../rules.js'
import { page, whole } from '../schema.js'
import { taskSchema, tasksJson } from '../serializers/task.js'

const newTask = vine.create({ text: vine.string().trim().minLength(1).maxLength(500), owner_id: idRule().optional(), due_at: vine.string().nullable().optional() })
const changes = vine.create({ text: vine.string().trim().minLength(1).maxLength(500).optional(), owner_id: idRule().optional(), due_at: vine.string().nullable().optional(), done: flag().optional() })
const filters = vine.create({ ...paging, owner: vine.string().regex(/^(\d{1,9}|me|all)$/).optional(), state: vine.enum(['open', 'done'] as const).optional() })

/** What somebody promised to do about a ticket. */
export const tasks = [
  endpoint({
    method: 'GET',
    path: '/tasks',
    resource: 'Tasks',
    summary: 'List tasks over all tickets',
    description: 'Open ones by what is due first (those without a time last), done ones the newest first. `owner` is an id, `me` (unless given) or, for open ones, `all`.',
    ability: 'read',
    query: filters,
    answer: page(taskSchema),
    async handle(call) {
      const { owner = 'me', state = 'open', limit = 50, cursor } = call.query
      const done = state === 'done'
      const ownerId = owner === 'me' ? call.agent.id : owner === 'all' ? (done ? call.agent.id : null) : Number(owner)
      const rows = await tasksOf({ ownerId, done, after: readCursor<{ at: number; id: number }>(cursor, ['at', 'id']), limit: limit + 1 }, async (query) => {
        if (call.access !== 'all') query.whereIn('tickets.inbox_id', [...call.access])
      })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { data: await tasksJson(shown), next_cursor: rows.length > limit && last ? writeCursor({ at: Number(last.place), id: last.id }) : null }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/tickets/{number}/tasks',
    resource: 'Tasks',
    summary: 'List the tasks of a ticket',
    ability: 'read',
    answer: whole(taskSchema),
    refusals: [404],
    async handle(call) {
      const ticket = await visibleTicket(call)
      return { data: await tasksJson(await reading().from('tasks').where('ticket_id', ticket.id).orderBy('id').limit(500)), next_cursor: null }
    },
  }),
  endpoint({
    method: 'POST',
    path: '/tickets/{number}/tasks',
    resource: 'Tasks',
    summary: 'Add a task',
    description: "Without `owner_id` it is the caller's.",
    ability: 'write',
    body: newTask,
    answer: taskSchema,
    status: 201,
    refusals: [404, 409],
    async handle(call) {
      const { text, owner_id: owner, due_at: due } = call.body
      const dueAt = due ? moment('due_at', due) : null
      const task = await transaction(async () => Task.add(await ticketToChange(call), { text, ownerId: owner ? Number(owner) : call.agent.id, dueAt }, call.cause))
      return one(task.id)
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/tasks/{id}',
    resource: 'Tasks',
    summary: 'Change a task; `done` finishes it or opens it again',
    ability: 'write',
    body: changes,
    answer: taskSchema,
    refusals: [404],
    async handle(call) {
      const { text, owner_id: owner, due_at: due, done } = call.body
      const dueAt = due === undefined ? undefined : due === null ? null : moment('due_at', due)
      await transaction(async (trx) => {
        const task = await Task.findOrFail((await visibleTask(call)).id, { client: trx })
        await task.change({ text, ownerId: owner ? Number(owner) : undefined, dueAt }, call.cause)
        if (done === true) await task.finish(call.cause)
        if (done === false) await task.reopen(call.cause)
      })
      return one(call.params.id)
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/tasks/{id}',
    resource: 'Tasks',
    summary: 'Remove a task',
    ability: 'write',
    answer: taskSchema,
    refusals: [404],
    async handle(call) {
      const json = await one((await visibleTask(call)).id)
      await transaction(async (trx) => (await Task.findOrFail(call.params.id, { client: trx })).remove(call.cause))
      return json
    },
  }),
]

async function visibleTask(call: Call<any, any>): Promise<Record<string, any>> {
  const row = await reading().from('tasks').join('tickets', 'tickets.id', 'tasks.ticket_id').where('tasks.id', call.params.id).select('tasks.*', 'tickets.inbox_id').first()
  if (!row || !maySee(call.access, row.inbox_id)) throw new Refusal(404, 'not_found')
  return row
}

async function one(taskId: number) {
  const [json] = await tasksJson(await reading().from('tasks').where('id', taskId))
  return json!
}
