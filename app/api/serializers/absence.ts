import AbsencePolicy from '#routing/absence/absence_policy'
import type Agent from '#people/agent'
import type { Preview } from '#routing/absence/preview'
import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'
import { id, idOf, integer, iso, listOf, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { namedAgent } from './ticket.js'

export const KINDS_SHOWN = ['vacation', 'sick', 'training', 'other', 'absence'] as const

export const scopeSchema = {
  type: 'object',
  description: 'What the rule is about; an empty scope is everything, several lists must all match.',
  properties: { inbox: listOf(id), channel: listOf(text()), tag: listOf(id), category: listOf(text()), customer: listOf(id) },
  additionalProperties: false,
}

export const absenceSchema = name(
  'Absence',
  object({
    id,
    agent: namedAgent,
    kind: { ...oneOf(...KINDS_SHOWN), description: 'why, for the agent and supervisors; `absence` for everybody else' },
    state: oneOf('draft', 'planned', 'active', 'ended', 'cancelled'),
    running: yesNo,
    starts_at: time,
    ends_at: nullable(time),
    time_zone: text(),
    public_note: nullable(text()),
    reason: nullable(text()),
    handover_note: nullable(text()),
    auto_reply: nullable(text()),
    needs_acceptance: yesNo,
    rules: listOf(
      object({ id, scope: scopeSchema, agent: nullable(namedAgent), team: nullable(namedAgent), new_tickets: oneOf('cover_owns', 'return_to_absent'), access: oneOf('none', 'inbox'), accepted_at: nullable(time), declined_at: nullable(time) })
    ),
    uncovered: { ...integer, description: 'tickets that nobody covers now' },
    version: integer,
    created_at: time,
    ended_at: nullable(time),
    end_reason: nullable(text()),
  })
)

export const coverageSchema = name(
  'Coverage',
  object({
    id,
    ticket_number: id,
    absence_id: nullable(id),
    owner: namedAgent,
    acting: nullable(namedAgent),
    acting_team: nullable(namedAgent),
    because: oneOf('covered', 'uncovered', 'left'),
    path: { ...listOf(id), description: 'agents from the owner on' },
    engaged_at: time,
    released_at: nullable(time),
    release_reason: nullable(text()),
  })
)

export const previewSchema = name(
  'AbsencePreview',
  object({
    days: listOf(object({ date: text(), works: { ...yesNo, description: "by the agent's own hours, their teams', else Monday to Friday" }, cover_agent_id: nullable(id), cover_team_id: nullable(id), gap: yesNo, uncovered: integer })),
    gaps: listOf(object({ from: text(), to: text(), workdays: integer, tickets: integer })),
    workdays: integer,
    uncovered_days: integer,
    tickets_by_rule: listOf(integer),
    uncovered: integer,
    promises: object({ open: integer, waiting_for_customer: integer, snoozed: integer, scheduled: integer, drafts: integer }),
    missing_rights: listOf(object({ agent_id: id, inbox_id: id, rule: integer, lent: yesNo, tickets: integer })),
    everybody_away: yesNo,
  })
)

type Row = Record<string, any>

/** Rows of `absences` as this reader may know them (B12). */
export async function absencesJson(rows: readonly Row[], reader: Agent) {
  if (rows.length === 0) return []
  const db = reading()
  const rules: Row[] = await db.from('absence_rules').whereIn('absence_id', rows.map((row) => row.id)).orderBy('position').orderBy('id')
  const names = await namesOf([...rows.map((row) => row.agent_id), ...rules.map((rule) => rule.cover_agent_id)], rules.map((rule) => rule.cover_team_id))
  const gaps: Row[] = await db.from('coverages').whereIn('absence_id', rows.map((row) => row.id)).whereNull('released_at').where('because', 'uncovered').groupBy('absence_id').select('absence_id').count('* as total')
  const policy = new AbsencePolicy()
  const at = nowMs()

  return rows.map((row) => {
    const open = policy.read(reader, { agentId: row.agent_id })
    const running = ['planned', 'active'].includes(row.state) && Number(row.starts_at) <= at && (row.ends_at === null || at < Number(row.ends_at))
    return {
      id: idOf(row.id as number),
      agent: names.agent(row.agent_id)!,
      kind: open ? row.kind : 'absence',
      state: row.state,
      running,
      starts_at: iso(row.starts_at),
      ends_at: iso(row.ends_at),
      time_zone: row.time_zone,
      public_note: row.public_note,
      reason: open ? row.reason_private : null,
      handover_note: open ? row.handover_note : null,
      auto_reply: open ? row.auto_reply : null,
      needs_acceptance: Boolean(row.needs_acceptance),
      rules: rules.filter((rule) => rule.absence_id === row.id).map((rule) => ruleJson(rule, names)),
      uncovered: Number(gaps.find((gap) => gap.absence_id === row.id)?.total ?? 0),
      version: row.version,
      created_at: iso(row.created_at),
      ended_at: iso(row.ended_at),
      end_reason: row.end_reason,
    }
  })
}

function ruleJson(rule: Row, names: Names) {
  return {
    id: idOf(rule.id as number),
    scope: scopeJson(JSON.parse(rule.scope)),
    agent: names.agent(rule.cover_agent_id),
    team: names.team(rule.cover_team_id),
    new_tickets: rule.new_tickets,
    access: rule.access,
    accepted_at: iso(rule.accepted_at),
    declined_at: iso(rule.declined_at),
  }
}

/** Ids are texts in the API. */
export function scopeJson(scope: Record<string, readonly (string | number)[]>) {
  return Object.fromEntries(Object.entries(scope).map(([kind, list]) => [kind, list.map(String)]))
}

/** Rows of `coverages`. */
export async function coveragesJson(rows: readonly Row[]) {
  if (rows.length === 0) return []
  const names = await namesOf(rows.flatMap((row) => [row.owner_id, row.acting_id]), rows.map((row) => row.acting_team_id))
  return rows.map((row) => ({
    id: idOf(row.id as number),
    ticket_number: idOf(row.ticket_id as number),
    absence_id: idOf(row.absence_id as number | null),
    owner: names.agent(row.owner_id)!,
    acting: names.agent(row.acting_id),
    acting_team: names.team(row.acting_team_id),
    because: row.because,
    path: (JSON.parse(row.path) as number[]).map(String),
    engaged_at: iso(row.engaged_at),
    released_at: iso(row.released_at),
    release_reason: row.release_reason,
  }))
}

export function previewJson(preview: Preview) {
  return {
    days: preview.days.map((day) => ({ date: day.date, works: day.works, cover_agent_id: idOf(day.coverAgentId), cover_team_id: idOf(day.coverTeamId), gap: day.gap, uncovered: day.uncovered })),
    gaps: preview.gaps,
    workdays: preview.workdays,
    uncovered_days: preview.uncoveredDays,
    tickets_by_rule: preview.byRule,
    uncovered: preview.uncovered,
    promises: { open: preview.promises.open, waiting_for_customer: preview.promises.waitingForCustomer, snoozed: preview.promises.snoozed, scheduled: preview.promises.scheduled, drafts: preview.promises.drafts },
    missing_rights: preview.missing.map((right) => ({ agent_id: idOf(right.agentId), inbox_id: idOf(right.inboxId), rule: right.position, lent: right.lent, tickets: right.tickets })),
    everybody_away: preview.everybodyAway,
  }
}

interface Names {
  agent(id: number | null): { id: string; name: string } | null
  team(id: number | null): { id: string; name: string } | null
}

async function namesOf(agentIds: readonly (number | null)[], teamIds: readonly (number | null)[]): Promise<Names> {
  const read = async (table: string, ids: readonly (number | null)[]) => {
    const wanted = [...new Set(ids.filter((one): one is number => one !== null))]
    const rows: Row[] = wanted.length > 0 ? await reading().from(table).whereIn('id', wanted).select('id', 'name') : []
    return new Map(rows.map((row) => [row.id as number, row.name as string]))
  }
  const agents = await read('agents', agentIds)
  const teams = await read('teams', teamIds)
  const of = (names: Map<number, string>) => (one: number | null) => (one === null ? null : { id: String(one), name: names.get(one) ?? '' })
  return { agent: of(agents), team: of(teams) }
}
