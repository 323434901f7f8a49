import db from '@adonisjs/lucid/services/db'
import type Agent from '#people/agent'

/** The teams that an agent may share a view with: their own; all of them for who steers. */
export async function teamsToShareWith(agent: Agent): Promise<{ id: number; name: string }[]> {
  const query = db.from('teams').orderBy('name').select('id', 'name')
  if (!agent.isSupervisor) query.whereIn('id', db.from('team_members').where('agent_id', agent.id).select('team_id'))
  return query
}
