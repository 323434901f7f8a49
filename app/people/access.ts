import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import type Agent from '#people/agent'
import { nowMs } from '#support/clock'

/** Kept for the life of one agent object, which is one request. */
const known = new WeakMap<Agent, Promise<readonly number[]>>()

/**
 * The inboxes whose tickets an agent may see: all, or, where an admin has limited the agent, those of
 * the agent's teams (the teams' own inboxes and the ones routed to them) and those lent while a colleague
 * is away. Lists, search, API and
 * attachments all ask here, so that none of them can show more than another.
 */
export async function accessibleInboxIds(agent: Agent): Promise<readonly number[] | 'all'> {
  if (agent.isAdmin || !agent.isRestricted) return 'all'
  const ids = known.get(agent) ?? inboxesOfTeams(agent.id)
  known.set(agent, ids)
  return ids
}

/** Whether an agent may see what came by this inbox. */
export async function maySeeInbox(agent: Agent, inboxId: number): Promise<boolean> {
  const ids = await accessibleInboxIds(agent)
  return ids === 'all' || ids.includes(inboxId)
}

/** Narrows a query of rows with an inbox to what the agent may see. */
export async function narrowToInboxes<T extends DatabaseQueryBuilderContract<any>>(query: T, agent: Agent, column = 'inbox_id'): Promise<void> {
  const ids = await accessibleInboxIds(agent)
  if (ids !== 'all') query.whereIn(column, [...ids])
}

async function inboxesOfTeams(agentId: number): Promise<readonly number[]> {
  const teams = db.from('team_members').where('agent_id', agentId).select('team_id')
  const at = nowMs()
  const [linked, routed, lent] = await Promise.all([
    db.from('team_inboxes').whereIn('team_id', teams.clone()).select('inbox_id as id'),
    db.from('inboxes').whereIn('team_id', teams.clone()).select('id'),
    db
      .from('grants')
      .where('agent_id', agentId)
      .where('valid_from', '<=', at)
      .whereNull('revoked_at')
      .where((open) => open.whereNull('valid_to').orWhere('valid_to', '>', at))
      .select('inbox_id as id'),
  ])
  return [...new Set([...linked, ...routed, ...lent].map((row) => row.id as number))]
}
