import { DateTime } from 'luxon'
import Agent from '#people/agent'
import { workingWeeks, worksOn, type WorkingWeek } from '#people/working_week'
import { nowMs } from '#support/clock'
import { record, type AbsenceTold } from '#support/events'
import { openTransaction, reading, transaction } from '#support/transaction'

/** No reminder comes earlier than this before the start: a working day, over a week off; ms. */
const MOST_DAYS_BEFORE = 8
const NEAR_MS = (MOST_DAYS_BEFORE + 1) * 86_400_000

/**
 * Writes down which absences have begun and ended, each in its own transaction and once, whoever
 * comes first. The resolver itself looks at the clock alone: nothing depends on this being quick.
 */
export async function passBoundaries() {
  const at = nowMs()
  for (const row of await due('planned', 'starts_at', at)) await begin(row, at)
  for (const row of await due('active', 'ends_at', at)) await end(row, at)
  await remind(at)
}

async function due(state: string, column: 'starts_at' | 'ends_at', at: number) {
  return reading().from('absences').where('state', state).where(column, '<=', at).orderBy(column).orderBy('id').select('id', 'agent_id', 'kind', 'ends_at')
}

async function begin(row: { id: number; agent_id: number; kind: string }, at: number) {
  await transaction(async (trx) => {
    // An illness that somebody else has started already is the same one.
    const twin = row.kind === 'sick' && (await trx.from('absences').where({ agent_id: row.agent_id, kind: 'sick', state: 'active' }).select('id').first())
    if (twin) {
      await trx.from('absences').where({ id: row.id, state: 'planned' }).update({ kind: 'absence' })
    }
    const begun = await trx.from('absences').where({ id: row.id, state: 'planned' }).update({ state: 'active', began_at: at, updated_at: at })
    if (Number(begun) !== 1) return
    await leaveQueues(row.agent_id, row.id)
    await record('absence:started', { absenceId: row.id, agentId: row.agent_id }, { by: null, because: `absence:${row.id}` })
  })
}

async function end(row: { id: number; agent_id: number }, at: number) {
  await transaction(async (trx) => {
    const ended = await trx.from('absences').where({ id: row.id, state: 'active' }).update({ state: 'ended', ended_at: at, end_reason: 'over', updated_at: at })
    if (Number(ended) !== 1) return
    await returnToQueues(row.agent_id, row.id)
    await record('absence:ended', { absenceId: row.id, agentId: row.agent_id, reason: 'over' }, { by: null, because: `absence:${row.id}` })
  })
}

/** Whoever stands in hears of it once more on the working day before: of several, as early as the first of them has it. */
async function remind(at: number) {
  const planned = await reading()
    .from('absences')
    .where('state', 'planned')
    .whereNull('reminded_at')
    .where('starts_at', '<=', at + NEAR_MS)
    .select('id', 'starts_at', 'time_zone')
  const rules = await reading().from('absence_rules').whereIn('absence_id', planned.map(({ id }) => id)).whereNotNull('cover_agent_id').select('absence_id', 'cover_agent_id')
  const weeks = await workingWeeks([...new Set(rules.map((rule) => rule.cover_agent_id as number))])
  const weeksOf = (id: number) => rules.filter((rule) => rule.absence_id === id).map((rule) => weeks.get(rule.cover_agent_id)!)
  for (const { id } of planned.filter((row) => dayBefore(Number(row.starts_at), row.time_zone, weeksOf(row.id)) <= at)) {
    await transaction(async (trx) => {
      const reminded = await trx.from('absences').where({ id, state: 'planned' }).whereNull('reminded_at').update({ reminded_at: at })
      if (Number(reminded) === 1) await record('absence:near', await told(id), { by: null, because: `absence:${id}` })
    })
  }
}

/** The same hour on the last working day before. */
function dayBefore(startsAt: number, zone: string, weeks: readonly WorkingWeek[]): number {
  const start = DateTime.fromMillis(startsAt, { zone })
  const lastOf = (week: WorkingWeek) => {
    for (let back = 1; back <= MOST_DAYS_BEFORE; back++) {
      const day = start.minus({ days: back })
      if (worksOn(week, day.toISODate()!)) return day.toMillis()
    }
    return start.minus({ days: 1 }).toMillis()
  }
  return Math.min(...(weeks.length > 0 ? weeks : [{ hours: null, zone }]).map(lastOf))
}

/** B8: an absent agent takes no chat and no call. */
export async function leaveQueues(agentId: number, absenceId: number) {
  const agent = await Agent.findOrFail(agentId, { client: openTransaction() })
  await agent.becomes('away', { by: null, because: `absence:${absenceId}` })
}

/** Back in the queues, unless another absence goes on. */
export async function returnToQueues(agentId: number, absenceId: number) {
  const trx = openTransaction()
  const other = await trx.from('absences').where({ agent_id: agentId, state: 'active' }).whereNot('id', absenceId).select('id').first()
  const agent = await Agent.findOrFail(agentId, { client: trx })
  if (!other && agent.isActive) await agent.becomes('available', { by: null, because: `absence:${absenceId}` })
}

/** What the events of an absence carry for those who are told. */
export async function told(absenceId: number): Promise<AbsenceTold> {
  const db = reading()
  const absence = await db.from('absences').where('id', absenceId).firstOrFail()
  const rules = await db.from('absence_rules').where('absence_id', absenceId).select('cover_agent_id', 'cover_team_id')
  return {
    absenceId,
    agentId: absence.agent_id,
    startsAt: Number(absence.starts_at),
    endsAt: absence.ends_at === null ? null : Number(absence.ends_at),
    coverAgentIds: [...new Set(rules.flatMap((rule) => rule.cover_agent_id ?? []))],
    coverTeamIds: [...new Set(rules.flatMap((rule) => rule.cover_team_id ?? []))],
  }
}
