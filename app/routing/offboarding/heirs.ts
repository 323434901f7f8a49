import { reading } from '#support/transaction'
import { DomainError } from '#support/domain_error'

/** Who gets something: `agent-5`, `team-2`, or `team`: the team that the ticket or its inbox has. */
export type Heir = `agent-${number}` | `team-${number}` | 'team'

/** Who gets what of somebody who leaves. What is not named goes to `everything`. */
export interface Heirs {
  readonly everything: Heir
  /** By inbox id. */
  readonly inboxes: Readonly<Record<string, Heir>>
  /** Who leads the teams after them; null: nobody yet. */
  readonly supervisorId: number | null
  /** Who joins a team that would be empty, by team id. */
  readonly members: Readonly<Record<string, number>>
  /** What their personal inboxes do for so many days: new matters go to the heir, and whoever writes is told `text`, once. */
  readonly farewell?: { readonly days: number; readonly text: string | null }
}

export const TO_THE_TEAM: Heirs = { everything: 'team', inboxes: {}, supervisorId: null, members: {} }

export interface TicketHere {
  readonly inbox_id: number
  readonly team_id: number | null
  /** The team that answers the inbox. */
  readonly inbox_team_id: number | null
}

/** Whom this ticket goes to; `teamId` null without an agent: it waits in "Unassigned". */
export function heirOf({ inbox_id: inboxId, team_id: teamId, inbox_team_id: inboxTeamId }: TicketHere, heirs: Heirs): { agentId: number } | { teamId: number | null } {
  const heir = heirs.inboxes[String(inboxId)] ?? heirs.everything
  const [kind, id] = heir.split('-')
  if (kind === 'agent') return { agentId: Number(id) }
  if (id !== undefined) return { teamId: Number(id) }
  return { teamId: teamId ?? inboxTeamId }
}

/** One line of the preview: so many tickets of this inbox go there. */
export interface Share {
  readonly inboxId: number
  readonly count: number
  readonly to: { readonly kind: 'agent' | 'team' | 'nobody'; readonly id: number | null }
}

/** What would go where, counted by the database: the same words that the reassignment goes by. */
export async function preview(agentId: number, heirs: Heirs): Promise<Share[]> {
  const rows: (TicketHere & { total: number })[] = await unfinishedOf(agentId)
    .leftJoin('inboxes', 'inboxes.id', 'tickets.inbox_id')
    .groupBy('tickets.inbox_id', 'tickets.team_id', 'inboxes.team_id')
    .select('tickets.inbox_id', 'tickets.team_id', 'inboxes.team_id as inbox_team_id')
    .count('* as total')
  const shares = new Map<string, Share>()
  for (const row of rows) {
    const heir = heirOf(row, heirs)
    const to = 'agentId' in heir ? { kind: 'agent' as const, id: heir.agentId } : { kind: heir.teamId === null ? ('nobody' as const) : ('team' as const), id: heir.teamId }
    const key = `${row.inbox_id} ${to.kind} ${to.id}`
    shares.set(key, { inboxId: row.inbox_id, count: (shares.get(key)?.count ?? 0) + Number(row.total), to })
  }
  return [...shares.values()].sort((a, b) => b.count - a.count)
}

/** The unfinished tickets that somebody owns, whoever acts on them now. */
export function unfinishedOf(agentId: number) {
  return reading().from('tickets').where('tickets.owner_id', agentId).whereNull('tickets.merged_into_id').whereRaw(`tickets.status IN ('new', 'open', 'pending', 'snoozed')`)
}

/**
 * An heir must be able to take it: an agent who works and stays, a team that is there.
 *
 * @throws DomainError naming what is wrong
 */
export async function mustBeSound(heirs: Heirs, agentId: number) {
  const all = [heirs.everything, ...Object.values(heirs.inboxes)].map((heir) => heir.split('-'))
  const agents = [...all.filter(([kind]) => kind === 'agent').map(([, id]) => Number(id)), ...Object.values(heirs.members), ...(heirs.supervisorId ? [heirs.supervisorId] : [])]
  const teams = all.filter(([kind, id]) => kind === 'team' && id !== undefined).map(([, id]) => Number(id))
  if (agents.includes(agentId)) throw new DomainError('routing.errors.inherits_oneself', 422)
  const able = agents.length > 0 ? await reading().from('agents').whereIn('id', agents).whereNull('deactivated_at').whereNot('role', 'viewer').select('id', 'role') : []
  if (new Set(agents).size !== able.length) throw new DomainError('tickets.errors.no_agent', 422)
  const there = teams.length > 0 ? await reading().from('teams').whereIn('id', teams).select('id') : []
  if (new Set(teams).size !== there.length) throw new DomainError('tickets.errors.no_team', 422)
  const supervisor = able.find(({ id }) => id === heirs.supervisorId)
  if (supervisor && !['supervisor', 'admin'].includes(supervisor.role)) throw new DomainError('routing.errors.no_supervisor_role', 422)
}
