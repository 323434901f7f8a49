import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'

/** Somebody who is away, as every colleague may know it: until when, and who stands in. Never why (B12). */
export interface Away {
  readonly absenceId: number
  readonly agentId: number
  /** ms; null: nobody knows. */
  readonly until: number | null
  readonly timeZone: string
  /** What the absent one lets everybody know. */
  readonly publicNote: string | null
  readonly coverAgentIds: readonly number[]
  readonly coverTeamIds: readonly number[]
}

/** Who is away at this moment, by agent. Of several absences of one agent the one that lasts longest. Two queries. */
export async function awayNow(at = nowMs()): Promise<ReadonlyMap<number, Away>> {
  const rows = await reading()
    .from('absences')
    .whereIn('state', ['planned', 'active'])
    .where('starts_at', '<=', at)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
    .select('id', 'agent_id', 'ends_at', 'time_zone', 'public_note')
  if (rows.length === 0) return new Map()
  const rules = await reading().from('absence_rules').whereIn('absence_id', rows.map(({ id }) => id)).whereNull('declined_at').orderBy('position').select('absence_id', 'cover_agent_id', 'cover_team_id')

  const found = new Map<number, Away>()
  const last = (until: number | null) => until ?? Number.POSITIVE_INFINITY
  for (const row of rows) {
    const mine = rules.filter((rule) => rule.absence_id === row.id)
    const until = row.ends_at === null ? null : Number(row.ends_at)
    const known = found.get(row.agent_id)
    if (known && last(known.until) >= last(until)) continue
    found.set(row.agent_id, {
      absenceId: row.id,
      agentId: row.agent_id,
      until,
      timeZone: row.time_zone,
      publicNote: row.public_note,
      coverAgentIds: [...new Set<number>(mine.flatMap((rule) => rule.cover_agent_id ?? []))],
      coverTeamIds: [...new Set<number>(mine.flatMap((rule) => rule.cover_team_id ?? []))],
    })
  }
  return found
}

/** One's own absence, for the banner of somebody who works all the same. */
export interface OwnAbsence {
  readonly id: number
  /** On sick leave without an end: asked whether he is back. */
  readonly isOpenIllness: boolean
}

/** The running absence of an agent himself; null: none. */
export async function ownAbsence(agentId: number): Promise<OwnAbsence | null> {
  const at = nowMs()
  const row = await reading()
    .from('absences')
    .where('agent_id', agentId)
    .whereIn('state', ['planned', 'active'])
    .where('starts_at', '<=', at)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
    .orderBy('id')
    .select('id', 'kind', 'ends_at')
    .first()
  return row ? { id: row.id, isOpenIllness: row.kind === 'sick' && row.ends_at === null } : null
}
