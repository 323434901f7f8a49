import { DomainError } from '#support/domain_error'
import { reading } from '#support/transaction'

/**
 * An agent who gets a ticket by hand must be able to work on it: active, not read-only, allowed into its inbox.
 *
 * @throws DomainError saying which it is
 */
export async function mustBeAbleToSee(agentId: number, { inboxId }: { readonly inboxId: number }) {
  const db = reading()
  const agent = await db.from('agents').where('id', agentId).select('role', 'restricted', 'deactivated_at').first()
  if (!agent || agent.deactivated_at !== null || agent.role === 'viewer') throw new DomainError('tickets.errors.no_agent', 422)
  if (!agent.restricted || agent.role === 'admin') return
  const linked = await db.from('team_inboxes').join('team_members', 'team_members.team_id', 'team_inboxes.team_id').where({ inbox_id: inboxId, agent_id: agentId }).select('inbox_id').first()
  const routed = await db.from('inboxes').join('team_members', 'team_members.team_id', 'inboxes.team_id').where('inboxes.id', inboxId).where('team_members.agent_id', agentId).select('inboxes.id').first()
  if (!linked && !routed) throw new DomainError('routing.errors.may_not_see', 422)
}
