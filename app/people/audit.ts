import db from '@adonisjs/lucid/services/db'
import type { EventName } from '#support/events'

/** The events that an admin answers for, by the kinds the list is filtered by. */
export const AUDIT_KINDS = {
  sign_ins: ['agent:signed_in', 'agent:sign_in_failed', 'agent:signed_out'],
  people: ['agent:invited', 'agent:joined', 'agent:changed', 'agent:deactivated', 'agent:reactivated', 'agent:offboarding_planned', 'agent:offboarding_cancelled', 'agent:offboarded', 'agent:offboarding_undone', 'deputy:named', 'deputy:ended', 'team:changed'],
  tokens: ['token:created', 'token:revoked'],
  inboxes: ['inbox:created', 'inbox:changed', 'inbox:deleted', 'inbox:acted', 'inbox:revealed', 'incoming:replayed'],
  plugins: ['plugin:enabled', 'plugin:disabled', 'plugin:configured'],
  settings: ['settings:changed', 'spam:purged', 'tag:created', 'tag:deleted'],
  customers: ['customer:merged', 'customer:erased'],
  absences: ['absence:planned', 'absence:changed', 'absence:cancelled', 'absence:started', 'absence:ended', 'absence:accepted', 'absence:declined', 'absence:signed_in', 'coverage:gap', 'plan:changed', 'access:granted', 'access:revoked'],
} as const satisfies Record<string, readonly EventName[]>

const ALL = Object.values(AUDIT_KINDS).flat()
const PAGE = 50

export interface AuditEntry {
  readonly id: number
  readonly name: string
  /** For the translation key: `people.audit.event.<word>`. */
  readonly word: string
  readonly at: number
  readonly actor: string | null
  readonly actorKind: string
  readonly via: string
  readonly ip: string | null
  /** Whom or what it was done to, by name, as far as it still has one. */
  readonly subject: string | null
  readonly fields: readonly string[]
  /** What was done, as a key of a plugin's own words; or null. */
  readonly act: string | null
}

/**
 * One page of the list, newest first.
 *
 * @param filter.before - the id of an event: only what is older.
 */
export async function auditPage({ kind, agent, before }: { kind?: keyof typeof AUDIT_KINDS | null; agent?: number | null; before?: number | null }) {
  const query = db.from('events').whereIn('name', kind ? [...AUDIT_KINDS[kind]] : [...ALL])
  if (agent) query.where('actor_kind', 'agent').where('actor_id', String(agent))
  if (before) query.where('id', '<', before)
  const rows = await query.select('id', 'name', 'at', 'actor_kind', 'actor_id', 'via', 'ip', 'payload', 'inbox_id').orderBy('id', 'desc').limit(PAGE + 1)

  const page = rows.slice(0, PAGE).map((row) => ({ ...row, payload: JSON.parse(row.payload) as Record<string, any> }))
  const names = await namesFor(page)
  const entries = page.map((row): AuditEntry => ({
    id: Number(row.id),
    name: row.name,
    word: row.name.replace(':', '_'),
    at: Number(row.at),
    actorKind: row.actor_kind,
    actor: row.actor_kind === 'agent' ? (names.agents.get(Number(row.actor_id)) ?? `#${row.actor_id}`) : row.actor_id,
    via: row.via,
    ip: row.ip,
    subject: subjectOf(row, names),
    fields: (row.payload.fields ?? row.payload.keys ?? []) as string[],
    act: row.payload.act && row.payload.channel ? `${row.payload.channel}.panel.act.${row.payload.act}` : null,
  }))
  return { entries, older: rows.length > PAGE ? entries[entries.length - 1].id : null }
}

interface Names {
  readonly agents: ReadonlyMap<number, string>
  readonly teams: ReadonlyMap<number, string>
  readonly inboxes: ReadonlyMap<number, string>
}

function subjectOf({ payload, inbox_id: inboxId }: any, names: Names): string | null {
  if (payload.principalId) return [payload.deputyId, payload.principalId].map((id) => names.agents.get(id) ?? `#${id}`).join(' → ')
  if (payload.agentId) return names.agents.get(payload.agentId) ?? `#${payload.agentId}`
  if (payload.teamId) return names.teams.get(payload.teamId) ?? `#${payload.teamId}`
  if (payload.inboxId ?? inboxId) return names.inboxes.get(payload.inboxId ?? inboxId) ?? `#${payload.inboxId ?? inboxId}`
  if (payload.plugin) return payload.plugin
  if (payload.count !== undefined) return String(payload.count)
  const id = payload.customerId ?? payload.incomingId ?? payload.tagId
  return id ? `#${id}` : null
}

/** Events hold ids only; what they are called is looked up once for the page. */
async function namesFor(rows: any[]): Promise<Names> {
  const ids = (name: string) => [...new Set(rows.map((row) => row.payload[name]).filter(Boolean))]
  const actors = rows.filter((row) => row.actor_kind === 'agent').map((row) => Number(row.actor_id))
  const [agents, teams, inboxes] = await Promise.all([named('agents', [...ids('agentId'), ...ids('principalId'), ...ids('deputyId'), ...actors]), named('teams', ids('teamId')), named('inboxes', ids('inboxId'))])
  return { agents, teams, inboxes }
}

async function named(table: string, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.from(table).whereIn('id', ids).select('id', 'name')
  return new Map(rows.map((row) => [row.id, row.name]))
}
