import type { RecordedEvent } from '#support/listeners'
import { openTransaction } from '#support/transaction'
import Handover from './handover.js'

/** What somebody does with a ticket says that they have it, without a word. */
export const ACTS = ['message:queued', 'ticket:resolved', 'ticket:closed', 'ticket:assigned'] as const

/**
 * A ticket that was handed over and is worked on needs no confirmation any more: who got it, or somebody of the
 * team that got it, has answered, ended, taken or passed it on. In the open transaction of the dispatcher.
 */
export async function noticeActs(events: readonly RecordedEvent[]) {
  const ids = [...new Set(events.flatMap(({ ticketId }) => ticketId ?? []))]
  if (ids.length === 0) return
  const trx = openTransaction()
  const open = await Handover.query({ client: trx }).whereIn('ticket_id', ids).where({ moved: 1, state: 'open' })
  for (const handover of open) {
    const since = events.filter(({ ticketId, because, at }) => ticketId === handover.ticketId && because !== `handover:${handover.id}` && at >= handover.createdAt.toMillis())
    const act = since.find(({ by }) => by?.kind === 'agent' && (handover.toKind === 'agent' ? by.id === handover.toId : by.id !== handover.createdById))
    if (act) await handover.accept({ by: act.by, via: act.via })
    else if (since.some(({ name, payload }) => name === 'ticket:assigned' && isElsewhere(handover, payload as { ownerId: number | null; teamId: number | null }))) {
      // Somebody else moved it on: nobody is to confirm what they no longer have.
      await trx.from('handovers').where({ id: handover.id, state: 'open' }).update({ state: 'accepted', settled_at: since.at(-1)!.at })
    }
  }
}

function isElsewhere({ toKind, toId }: Handover, { ownerId, teamId }: { ownerId: number | null; teamId: number | null }) {
  return toKind === 'agent' ? ownerId !== toId : teamId !== toId
}
