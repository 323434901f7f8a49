import { DateTime } from 'luxon'
import { workOn, workingWeeks, type WorkingWeek } from '#people/working_week'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'
import { awayAgentIds } from '../coverage/coverage.js'

/** A working day begins and ends then, where no hours are given; two hours after its beginning somebody is missed. */
const BEGINS_AT = 8
const PATIENCE_MS = 2 * 3_600_000
const ENDS_AT = 17

/**
 * Tells supervisors of somebody who should be here, has not been seen today, and whom customers wait
 * for: they may want to start an absence. Nothing starts by itself. Once a day for each.
 */
export async function missTheMissing() {
  const at = nowMs()
  const away = await awayAgentIds()
  const waiting = await reading().from('tickets').whereNotNull('owner_id').where('stage', 'waiting').whereNotNull('waiting_since_at').groupBy('owner_id').select('owner_id').count('* as total')
  const wanted = waiting.filter(({ owner_id: agentId }) => !away.has(agentId))
  const agents = await reading().from('agents').whereIn('id', wanted.map(({ owner_id: id }) => id)).whereNull('deactivated_at').whereNotNull('password').select('id', 'last_seen_at')
  const weeks = await workingWeeks(agents.map(({ id }) => id))
  for (const { id: agentId, last_seen_at: seenAt } of agents) {
    const week = weeks.get(agentId)!
    const today = DateTime.fromMillis(at, { zone: week.zone }).startOf('day')
    if (!isExpected(week, today, at) || (seenAt !== null && Number(seenAt) >= today.toMillis())) continue
    const told = await reading().from('events').where('name', 'agent:missed').where('at', '>=', today.toMillis()).whereLike('payload', `{"agentId":${agentId},%`).select('id').first()
    const { total } = wanted.find(({ owner_id: id }) => id === agentId)!
    if (!told) await transaction(() => record('agent:missed', { agentId, tickets: Number(total) }, { by: null }))
  }
}

/** Two hours into the day's work, and before its end. */
function isExpected(week: WorkingWeek, today: DateTime, at: number): boolean {
  const work = workOn(week, today.toISODate()!) ?? [{ from: today.set({ hour: BEGINS_AT }).toMillis(), until: today.set({ hour: ENDS_AT }).toMillis() }]
  if (work.length === 0) return false
  return at >= Math.min(...work.map(({ from }) => from)) + PATIENCE_MS && at < Math.max(...work.map(({ until }) => until))
}
