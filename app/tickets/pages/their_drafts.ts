import db from '@adonisjs/lucid/services/db'
import type Agent from '#people/agent'
import type { Directory } from './directory.js'
import type { Sheet } from './sheet.js'

/** What the ticket's owner was writing when somebody else took over: to read and to copy, never to send. */
export interface TheirDraft {
  readonly agentId: number
  readonly name: string
  readonly kind: 'reply' | 'note'
  readonly text: string
  /** ms UTC */
  readonly savedAt: number
}

/**
 * The owner's drafts, for whoever stands in for them (substitution, case 26): the acting agent, the acting team's
 * members, and who steers the team. No query for anybody else.
 */
export async function draftsToRead(sheet: Sheet, agent: Agent, people: Directory): Promise<TheirDraft[]> {
  if (!sheet.ownerId || sheet.ownerId === agent.id || !(await standsIn(sheet, agent))) return []
  const rows = await db.from('drafts').where({ ticket_id: sheet.id, agent_id: sheet.ownerId }).orderBy('id')
  return rows.map((row) => ({ agentId: row.agent_id, name: people.agents.get(row.agent_id)?.name ?? '?', kind: row.kind, text: row.text, savedAt: Number(row.updated_at) }))
}

/** Whether this agent works in the owner's place now. */
export async function standsIn(ticket: { acting: { id: number } | null; actingTeamId: number | null }, agent: Agent): Promise<boolean> {
  if (ticket.acting?.id === agent.id) return true
  if (!ticket.actingTeamId) return false
  return Boolean(await db.from('team_members').where({ team_id: ticket.actingTeamId, agent_id: agent.id }).select('agent_id').first())
}
