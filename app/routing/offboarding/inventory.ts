import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { stillPlanned } from '#tickets/planned'
import SavedView from '#tickets/saved_view'
import { unfinishedOf } from './heirs.js'

/** What somebody holds: a number for each, and the few things that have names. */
export interface Inventory {
  readonly tickets: number
  readonly finished: number
  /** Tickets of absent colleagues that they work on now. */
  readonly covered: number
  readonly asked: number
  readonly asking: number
  readonly drafts: number
  /** Open tasks on tickets. */
  readonly tasks: number
  /** Views of theirs that others use. */
  readonly views: number
  /** Replies that wait to be sent later. */
  readonly scheduled: number
  readonly absences: number
  /** Standing deputies, as principal or as deputy. */
  readonly deputies: number
  readonly sessions: number
  readonly tokens: number
  readonly lastSeenAt: number | null
  /** Inboxes with unfinished tickets of theirs, and the teams that answer them. */
  readonly inboxes: readonly { readonly id: number; readonly name: string; readonly count: number; readonly teamId: number | null }[]
  readonly personalInboxes: readonly { readonly id: number; readonly name: string; readonly teamId: number | null }[]
  readonly teams: readonly { readonly id: number; readonly name: string; readonly leads: boolean; readonly alone: boolean }[]
  /** Inboxes and plugins that they set up: whoever typed a password there may know it still. */
  readonly connections: readonly { readonly kind: 'inbox' | 'plugin'; readonly name: string }[]
}

/** Counts what an agent holds; a bounded number of short queries, each along an index. */
export async function takeInventory(agentId: number): Promise<Inventory> {
  const db = reading()
  const at = nowMs()
  const count = async (query: any): Promise<number> => Number((await query.count('* as total').first()).total)
  const tickets = await count(unfinishedOf(agentId))
  const agent = await db.from('agents').where('id', agentId).select('email', 'last_seen_at').firstOrFail()

  return {
    tickets,
    finished: (await count(db.from('tickets').where('owner_id', agentId))) - tickets,
    covered: await count(db.from('tickets').where('acting_id', agentId).whereNotNull('coverage_id')),
    asked: await count(db.from('handovers').where({ to_kind: 'agent', to_id: agentId }).whereIn('state', ['open', 'accepted'])),
    asking: await count(db.from('handovers').where('created_by_id', agentId).where('moved', 0).whereIn('state', ['open', 'accepted'])),
    tasks: await count(db.from('tasks').where('owner_id', agentId).whereNull('done_at')),
    views: await count(SavedView.sharedBy(agentId)),
    drafts: await count(db.from('drafts').where('agent_id', agentId)),
    scheduled: await count(
      db.from('deliveries').join('messages', 'messages.id', 'deliveries.message_id').where(stillPlanned).where({ author_kind: 'agent', author_id: String(agentId) })
    ),
    absences: await count(db.from('absences').where('agent_id', agentId).whereIn('state', ['planned', 'active'])),
    deputies: await count(db.from('deputies').whereNull('revoked_at').where((either: any) => either.where('principal_id', agentId).orWhere('deputy_id', agentId))),
    sessions: await count(db.from('sessions').where('agent_id', agentId).where('expires_at', '>', at)),
    tokens: await count(db.from('api_tokens').where('agent_id', agentId).whereNull('revoked_at')),
    lastSeenAt: agent.last_seen_at === null ? null : Number(agent.last_seen_at),
    inboxes: await inboxesOf(agentId),
    personalInboxes: await db
      .from('inboxes')
      .whereNull('deleted_at')
      .where((own) => own.where('agent_id', agentId).orWhere('address', agent.email))
      .orderBy('name')
      .select('id', 'name', 'team_id as teamId'),
    teams: await teamsOf(agentId),
    connections: await connectionsOf(agentId),
  }
}

async function inboxesOf(agentId: number) {
  const rows = await unfinishedOf(agentId).join('inboxes', 'inboxes.id', 'tickets.inbox_id').groupBy('inboxes.id', 'inboxes.name', 'inboxes.team_id').orderBy('inboxes.name').select('inboxes.id', 'inboxes.name', 'inboxes.team_id as teamId').count('* as count')
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

async function teamsOf(agentId: number) {
  const db = reading()
  const rows = await db
    .from('teams')
    .where((either) => either.where('supervisor_id', agentId).orWhereExists((members) => members.from('team_members').whereColumn('team_members.team_id', 'teams.id').where('agent_id', agentId)))
    .orderBy('name')
    .select('id', 'name', 'supervisor_id')
  const others = await db
    .from('team_members')
    .join('agents', 'agents.id', 'team_members.agent_id')
    .whereIn('team_id', rows.map(({ id }) => id))
    .whereNot('agent_id', agentId)
    .whereNull('agents.deactivated_at')
    .distinct('team_id')
  const staffed = new Set(others.map((row) => row.team_id))
  return rows.map(({ id, name, supervisor_id: supervisorId }) => ({ id, name, leads: supervisorId === agentId, alone: !staffed.has(id) }))
}

/** Read from the history: who made or changed an inbox or a plugin knew its credentials. */
async function connectionsOf(agentId: number) {
  const rows = await reading().from('events').where({ actor_kind: 'agent', actor_id: String(agentId) }).whereIn('name', ['inbox:created', 'inbox:changed', 'plugin:configured']).orderBy('at').limit(500).select('name', 'inbox_id', 'payload')
  const inboxIds = [...new Set(rows.map((row) => row.inbox_id ?? JSON.parse(row.payload).inboxId).filter(Boolean))]
  const inboxes = inboxIds.length > 0 ? await reading().from('inboxes').whereIn('id', inboxIds).whereNull('deleted_at').orderBy('name').select('name') : []
  const plugins = [...new Set(rows.map((row) => JSON.parse(row.payload).plugin as string | undefined).filter((name) => name !== undefined))]
  return [...inboxes.map(({ name }) => ({ kind: 'inbox' as const, name: name as string })), ...plugins.sort().map((name) => ({ kind: 'plugin' as const, name }))]
}
