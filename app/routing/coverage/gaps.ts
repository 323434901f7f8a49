import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'
import { UNFINISHED } from './coverable.js'

const DAY_MS = 86_400_000

/** How many tickets of each running absence nobody covers: they lie with a team, or with nobody. */
export async function uncoveredByAbsence(): Promise<Map<number, number>> {
  const gaps = new Map<number, number>()
  const fallen = await reading().from('coverages').whereNull('released_at').where('because', 'uncovered').whereNotNull('absence_id').groupBy('absence_id').select('absence_id').count('* as total')
  for (const { absence_id: id, total } of fallen) gaps.set(id, Number(total))

  // Neither a team nor anybody: the ticket is still its absent owner's alone, and no rule wanted that.
  const running = await runningAbsences()
  for (const { id, agent_id: agentId } of running) {
    const rules = await reading().from('absence_rules').where('absence_id', id).where('cover_kind', 'none').select('id').first()
    if (rules) continue
    const [{ total }] = await reading()
      .from('tickets')
      .where('owner_id', agentId)
      .whereRaw(`status IN (${UNFINISHED.map((status) => `'${status}'`).join(', ')})`)
      .whereNull('coverage_id')
      .whereNotExists((taken) => taken.from('coverage_exceptions').whereColumn('coverage_exceptions.ticket_id', 'tickets.id').where('agent_id', agentId))
      .whereNotExists((personal) => personal.from('inboxes').whereColumn('inboxes.id', 'tickets.inbox_id').whereNotNull('inboxes.agent_id'))
      .whereNotExists((secret) => secret.from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').whereColumn('ticket_tags.ticket_id', 'tickets.id').where('tags.confidential', 1))
      .count('* as total')
    if (Number(total) > 0) gaps.set(id, (gaps.get(id) ?? 0) + Number(total))
  }
  return gaps
}

async function runningAbsences() {
  const at = nowMs()
  return reading()
    .from('absences')
    .where('state', 'active')
    .where('starts_at', '<=', at)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', at))
    .select('id', 'agent_id', 'alarmed_at')
}

/** Tells supervisors of tickets that nobody covers: at once, then once a day as long as it lasts. */
export async function raiseAlarms() {
  const running = await runningAbsences()
  if (running.length === 0) return
  const gaps = await uncoveredByAbsence()
  const at = nowMs()
  for (const { id, agent_id: agentId, alarmed_at: alarmedAt } of running) {
    const tickets = gaps.get(id) ?? 0
    if (tickets === 0 || (alarmedAt !== null && at - Number(alarmedAt) < DAY_MS)) continue
    await transaction(async (trx) => {
      const mine = trx.from('absences').where('id', id)
      if (alarmedAt === null) mine.whereNull('alarmed_at')
      else mine.where('alarmed_at', alarmedAt)
      if (Number(await mine.update({ alarmed_at: at })) !== 1) return
      await record('coverage:gap', { absenceId: id, agentId, tickets }, { by: null, because: `absence:${id}` })
    })
  }
}
