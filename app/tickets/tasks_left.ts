import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'

/*
 * A promise outlives whoever made it: open tasks of somebody who left go to whoever has their ticket, at once
 * where somebody does, else as soon as somebody gets it.
 */

/** Somebody left: tasks on colleagues' tickets are theirs now. In the open transaction. */
export async function passTasksOf(agentIds: readonly number[]) {
  const trx = openTransaction()
  const tasks = await trx
    .from('tasks')
    .join('tickets', 'tickets.id', 'tasks.ticket_id')
    .join('agents', 'agents.id', 'tickets.owner_id')
    .whereIn('tasks.owner_id', [...agentIds])
    .whereNull('tasks.done_at')
    .whereNull('agents.deactivated_at')
    .select('tasks.id', 'tickets.owner_id')
  for (const { id, owner_id: ownerId } of tasks) await trx.from('tasks').where('id', id).update({ owner_id: ownerId })
  if (tasks.length > 0) afterCommit(() => poke(['tasks']))
}

/** A ticket has a new owner: what somebody who left had promised in it is the owner's. In the open transaction. */
export async function takeTasksLeft(assigned: readonly { readonly ticketId: number; readonly ownerId: number | null }[]) {
  const trx = openTransaction()
  for (const { ticketId, ownerId } of assigned) {
    if (ownerId === null) continue
    const left = trx.from('agents').whereNotNull('deactivated_at').select('id')
    const taken = await trx.from('tasks').where('ticket_id', ticketId).whereNull('done_at').whereIn('owner_id', left).update({ owner_id: ownerId })
    if (Number(taken) > 0) afterCommit(() => poke(['tasks', `ticket-${ticketId}`]))
  }
}
