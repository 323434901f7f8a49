import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'

/*
 * Who wants to hear of a ticket without being responsible for it: by hand, and by itself whoever was mentioned
 * in it or owned a ticket that was merged into it.
 */

/** Following twice changes nothing. */
export async function follow(ticket: Ticket, agentId: number, cause: Cause) {
  await transaction(async (trx) => {
    const added = await trx.knexQuery().table('followers').insert({ ticket_id: ticket.id, agent_id: agentId, created_at: nowMs() }).onConflict(['ticket_id', 'agent_id']).ignore().returning('agent_id')
    if (added.length > 0) await ticket.tell('ticket:followed', { agentId }, cause)
  })
}

export async function unfollow(ticket: Ticket, agentId: number, cause: Cause) {
  await transaction(async (trx) => {
    const gone = await trx.from('followers').where({ ticket_id: ticket.id, agent_id: agentId }).delete()
    if (Number(gone) === 1) await ticket.tell('ticket:unfollowed', { agentId }, cause)
  })
}
