import { DateTime } from 'luxon'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { setting } from '#support/settings'
import { reading, transaction } from '#support/transaction'
import { awayAgentIds } from '../coverage/coverage.js'

/** A working day begins then, where no hours are given; two hours later somebody is missed. */
const BEGINS_AT = 8
const PATIENCE_HOURS = 2
const ENDS_AT = 17

/**
 * Tells supervisors of somebody who should be here, has not been seen today, and whom customers wait
 * for: they may want to start an absence. Nothing starts by itself. Once a day for each.
 */
export async function missTheMissing() {
  const zone = await setting('company.time_zone')
  const at = nowMs()
  const away = await awayAgentIds()
  const waiting = await reading().from('tickets').whereNotNull('owner_id').where('stage', 'waiting').whereNotNull('waiting_since_at').groupBy('owner_id').select('owner_id').count('* as total')
  for (const { owner_id: agentId, total } of waiting) {
    if (away.has(agentId)) continue
    const agent = await reading().from('agents').where('id', agentId).whereNull('deactivated_at').whereNotNull('password').select('time_zone', 'last_seen_at').first()
    const local = DateTime.fromMillis(at, { zone: agent?.time_zone ?? zone })
    if (!agent || local.weekday > 5 || local.hour < BEGINS_AT + PATIENCE_HOURS || local.hour >= ENDS_AT) continue
    const today = local.startOf('day').toMillis()
    if (agent.last_seen_at !== null && Number(agent.last_seen_at) >= today) continue
    const told = await reading().from('events').where('name', 'agent:missed').where('at', '>=', today).whereLike('payload', `{"agentId":${agentId},%`).select('id').first()
    if (!told) await transaction(() => record('agent:missed', { agentId, tickets: Number(total) }, { by: null }))
  }
}
