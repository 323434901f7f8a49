import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { narrowToInboxes } from '#people/access'
import { nowMs } from '#support/clock'

const PAGE = 50

export interface TaskRow {
  readonly id: number
  readonly text: string
  readonly ticketId: number
  readonly ownerId: number
  readonly subject: string
  readonly customer: string
  readonly dueAt: number | null
  readonly doneAt: number | null
  readonly overdue: boolean
}

/** The tasks that an address asks for: open ones by what is due, done ones the newest first; keyset-paged along an index. */
export async function readTasks({ request, auth }: HttpContext) {
  const agent = auth.getUserOrFail()
  const done = request.input('done') === '1'
  const of = Number(request.input('of')) || agent.id
  const [at, id] = String(request.input('after', '')).split('.').map(Number)
  const rows = await tasksOf({ ownerId: of, done, after: Number.isSafeInteger(at) && Number.isSafeInteger(id) ? { at: at!, id: id! } : null, limit: PAGE + 1 }, (query) => narrowToInboxes(query, agent, 'tickets.inbox_id'))
  const shown = rows.slice(0, PAGE)
  const last = shown.at(-1)
  return {
    tasks: shown.map(taskRow),
    covered: done || of !== agent.id ? [] : await tasksCoveredBy(agent.id),
    done,
    of,
    next: rows.length > PAGE && last ? `/tasks?${new URLSearchParams({ ...(done && { done: '1' }), ...(of !== agent.id && { of: String(of) }), after: `${last.place}.${last.id}` })}` : null,
  }
}

/** Open tasks of absent owners on the tickets that the agent works on in their place (substitution, case 24). At most fifty. */
export async function tasksCoveredBy(agentId: number): Promise<TaskRow[]> {
  const rows = await db
    .from('tickets')
    .join('tasks', 'tasks.ticket_id', 'tickets.id')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .where('tickets.effective_agent_id', agentId)
    .where('tickets.acting_id', agentId)
    .whereIn('tickets.stage', ['waiting', 'aside', 'pending', 'snoozed'])
    .whereColumn('tasks.owner_id', 'tickets.owner_id')
    .whereNull('tasks.done_at')
    .orderBy('tasks.due_from')
    .limit(PAGE)
    .select('tasks.*', 'tickets.subject', 'customers.name as customer_name')
  return rows.map(taskRow)
}

interface Wanted {
  /** Null: everybody's open ones. */
  readonly ownerId: number | null
  readonly done: boolean
  readonly after: { readonly at: number; readonly id: number } | null
  readonly limit: number
}

/** Rows of `tasks` with their ticket; `place` is what the list is ordered by. */
export async function tasksOf({ ownerId, done, after, limit }: Wanted, narrow: (query: any) => Promise<void>): Promise<Record<string, any>[]> {
  const column = done ? 'done_at' : 'due_from'
  const query = db
    .from('tasks')
    .join('tickets', 'tickets.id', 'tasks.ticket_id')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .select('tasks.*', `tasks.${column} as place`, 'tickets.subject', 'tickets.inbox_id', 'customers.name as customer_name')
    .limit(limit)
  if (ownerId !== null) query.where('tasks.owner_id', ownerId)
  if (done) query.whereNotNull('tasks.done_at')
  else query.whereNull('tasks.done_at')
  if (after) query.whereRaw(`(tasks.${column}, tasks.id) ${done ? '<' : '>'} (?, ?)`, [after.at, after.id])
  await narrow(query)
  return query.orderBy(`tasks.${column}`, done ? 'desc' : 'asc').orderBy('tasks.id', done ? 'desc' : 'asc')
}

function taskRow(row: Record<string, any>): TaskRow {
  return {
    id: row.id,
    text: row.text,
    ticketId: row.ticket_id,
    ownerId: row.owner_id,
    subject: row.subject,
    customer: row.customer_name,
    dueAt: row.due_at === null ? null : Number(row.due_at),
    doneAt: row.done_at === null ? null : Number(row.done_at),
    overdue: row.done_at === null && row.due_at !== null && Number(row.due_at) <= nowMs(),
  }
}
