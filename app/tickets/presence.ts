import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { poke } from '#support/pokes'

/** Who looks at a ticket, and who writes in it, until this long after the last sign of life; ms (M012). */
export const PRESENCE_MS = 30_000

export type Activity = 'viewing' | 'typing'

export interface Present {
  readonly ticketId: number
  readonly agentId: number
  readonly name: string
  readonly activity: Activity
}

/** A page says that its agent is still there. Others are poked only when something changed. */
export async function beat(ticketId: number, agentId: number, activity: Activity) {
  const at = nowMs()
  const before = await db.from('presences').where({ ticket_id: ticketId, agent_id: agentId }).select('activity', 'seen_at').first()
  await db
    .knexQuery()
    .table('presences')
    .insert({ ticket_id: ticketId, agent_id: agentId, activity, seen_at: at })
    .onConflict(['ticket_id', 'agent_id'])
    .merge()
  if (!before || before.activity !== activity || Number(before.seen_at) < at - PRESENCE_MS) tellPages(ticketId)
}

/** A page was left. */
export async function leave(ticketId: number, agentId: number) {
  const gone = await db.from('presences').where({ ticket_id: ticketId, agent_id: agentId }).delete()
  if (Number(gone) > 0) tellPages(ticketId)
}

/** Who else is at these tickets now; writers first. */
export async function presentAt(ticketIds: readonly number[], exceptAgentId: number): Promise<Present[]> {
  if (ticketIds.length === 0) return []
  const rows = await db
    .from('presences')
    .join('agents', 'agents.id', 'presences.agent_id')
    .whereIn('presences.ticket_id', [...ticketIds])
    .where('presences.seen_at', '>', nowMs() - PRESENCE_MS)
    .whereNot('presences.agent_id', exceptAgentId)
    .select('presences.ticket_id', 'presences.agent_id', 'presences.activity', 'agents.name')
    .orderBy('presences.activity')
  return rows.map((row) => ({ ticketId: row.ticket_id, agentId: row.agent_id, name: row.name, activity: row.activity }))
}

/** Removes signs that nobody renews; once a minute. */
export async function sweepPresences() {
  await db.from('presences').where('seen_at', '<', nowMs() - 10 * PRESENCE_MS).delete()
}

function tellPages(ticketId: number) {
  poke([`presence-${ticketId}`, 'list-presence'])
}
