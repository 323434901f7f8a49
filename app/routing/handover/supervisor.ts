import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction } from '#support/transaction'
import type Ticket from '#tickets/ticket'
import { awayAgentIds } from '../coverage/coverage.js'

/**
 * Whom an escalation goes to; who escalates need not know (R008). First the supervisor of the ticket's team,
 * then of the teams of its owner and of who escalates; then that one's deputy, any other supervisor, an admin.
 * Nobody who is absent while there is somebody who is not, never who escalates (substitution.md, case 21).
 *
 * @throws DomainError when there is nobody above.
 */
export async function supervisorFor(ticket: Ticket, byId: number | null): Promise<number> {
  const named = await namedSupervisors(ticket, byId)
  const deputies = await deputiesOf(named)
  const others = await everybodyAbove()
  const ways = [...named, ...deputies, ...others]
  const active = await activeAmong(ways)
  const able = [...new Set(ways)].filter((id) => id !== byId && active.has(id))
  const absent = await awayAgentIds()
  const found = able.find((id) => !absent.has(id)) ?? able[0]
  if (found === undefined) throw new DomainError('routing.errors.no_supervisor', 409)
  return found
}

async function namedSupervisors(ticket: Ticket, byId: number | null): Promise<number[]> {
  const trx = openTransaction()
  const own = ticket.teamId ? await trx.from('teams').where('id', ticket.teamId).select('supervisor_id') : []
  const people = [ticket.ownerId, byId].filter((id): id is number => id !== null)
  const theirs = await trx.from('teams').join('team_members', 'team_members.team_id', 'teams.id').whereIn('agent_id', people).orderBy('teams.id').select('supervisor_id')
  return [...own, ...theirs].map((row) => row.supervisor_id as number | null).filter((id) => id !== null)
}

/** Standing deputies who may act, in the order in which they were named. */
async function deputiesOf(principals: readonly number[]): Promise<number[]> {
  if (principals.length === 0) return []
  const at = nowMs()
  const rows = await openTransaction()
    .from('deputies')
    .whereIn('principal_id', [...principals])
    .whereIn('rights', ['act', 'approve'])
    .whereNull('revoked_at')
    .where('valid_from', '<=', at)
    .where((until) => until.whereNull('valid_to').orWhere('valid_to', '>', at))
    .orderBy('id')
    .select('deputy_id')
  return rows.map((row) => row.deputy_id)
}

/** Supervisors, then admins: any of them rather than nobody. */
async function everybodyAbove(): Promise<number[]> {
  const rows = await openTransaction().from('agents').whereIn('role', ['supervisor', 'admin']).whereNotNull('password').orderBy('role', 'desc').orderBy('id').select('id')
  return rows.map((row) => row.id)
}

async function activeAmong(ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set()
  const rows = await openTransaction().from('agents').whereIn('id', [...ids]).whereNull('deactivated_at').whereNot('role', 'viewer').select('id')
  return new Set(rows.map((row) => row.id))
}
