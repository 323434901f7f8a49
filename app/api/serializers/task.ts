import { id, idOf, iso, name, nullable, object, text, time, yesNo } from '../schema.js'
import { reading } from '#support/transaction'
import { nowMs } from '#support/clock'
import { namedAgent } from './ticket.js'

export const taskSchema = name('Task', object({ id, ticket_number: id, text: text(), owner: namedAgent, due_at: nullable(time), overdue: yesNo, done_at: nullable(time), done_by_id: nullable(id), created_at: time }))

/** Rows of `tasks` as the API tells them. */
export async function tasksJson(rows: readonly Record<string, any>[]) {
  const agents = rows.length === 0 ? [] : await reading().from('agents').whereIn('id', [...new Set(rows.map((row) => row.owner_id))]).select('id', 'name')
  const nameOf = new Map(agents.map((agent) => [agent.id, agent.name]))
  return rows.map((row) => ({
    id: idOf(row.id as number),
    ticket_number: idOf(row.ticket_id as number),
    text: row.text,
    owner: { id: idOf(row.owner_id as number), name: nameOf.get(row.owner_id) ?? '' },
    due_at: iso(row.due_at),
    overdue: row.done_at === null && row.due_at !== null && Number(row.due_at) <= nowMs(),
    done_at: iso(row.done_at),
    done_by_id: idOf(row.done_by_id as number | null),
    created_at: iso(row.created_at),
  }))
}
