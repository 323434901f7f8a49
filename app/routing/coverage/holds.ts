import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'

/** A switch waits for what is going on this long at most; ms. */
export const LONGEST_HOLD_MS = 4 * 3_600_000

/** A draft that was left alone this long is no longer being written; ms. */
const WRITING_MS = 30 * 60_000

export interface AtWork {
  readonly ticketId: number
  readonly agentId: number
}

type Live = (pairs: readonly AtWork[]) => Promise<readonly number[]>

const lives = new Map<string, Live>()

/**
 * Registers what must not change hands while it lasts, as a live chat or a call: given who works on
 * which ticket, says the tickets on which that agent is talking to the customer this moment.
 */
export function holdWhileLive(id: string, live: Live) {
  lives.set(id, live)
}

/** Takes back a registration. */
export function dropHold(id: string) {
  lives.delete(id)
}

/** Tickets on which these agents talk to the customer just now. */
export async function liveOn(pairs: readonly AtWork[]): Promise<Set<number>> {
  const held = new Set<number>()
  if (pairs.length === 0) return held
  for (const live of lives.values()) for (const id of await live(pairs)) held.add(id)
  return held
}

/** The same, and tickets on which they write an answer or may still take one back. */
export async function busyOn(pairs: readonly AtWork[]): Promise<Set<number>> {
  const held = await liveOn(pairs)
  if (pairs.length === 0) return held
  const db = reading()
  const ids = pairs.map(({ ticketId }) => ticketId)
  const agentOf = new Map(pairs.map(({ ticketId, agentId }) => [ticketId, agentId]))

  const drafts = await db.from('drafts').whereIn('ticket_id', ids).where('kind', 'reply').where('updated_at', '>', nowMs() - WRITING_MS).whereNot('text', '').select('ticket_id', 'agent_id')
  for (const { ticket_id: ticketId, agent_id: agentId } of drafts) if (agentOf.get(ticketId) === agentId) held.add(ticketId)

  const leaving = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .whereIn('messages.ticket_id', ids)
    .where('deliveries.state', 'pending')
    .where('deliveries.attempts', 0)
    .where('deliveries.due_at', '<=', nowMs() + 60_000)
    .where('messages.author_kind', 'agent')
    .select('messages.ticket_id', 'messages.author_id')
  for (const { ticket_id: ticketId, author_id: authorId } of leaving) if (String(agentOf.get(ticketId)) === authorId) held.add(ticketId)
  return held
}
