import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'
import { lean, mustMakeSense, type PlannedRule } from './plan_rules.js'

/** The rules by which somebody is covered whom nobody expected to be away; empty: the team covers. */
export async function planOf(agentId: number): Promise<PlannedRule[]> {
  const row = await reading().from('default_plans').where('agent_id', agentId).select('rules').first()
  if (!row) return []
  const rules = JSON.parse(row.rules) as PlannedRule[]
  // Somebody named long ago may have left since.
  const here = await reading().from('agents').whereNull('deactivated_at').whereNot('role', 'viewer').select('id')
  const teams = await reading().from('teams').select('id')
  return rules.filter(({ cover }) => cover.kind === 'none' || (cover.kind === 'agent' ? here : teams).some(({ id }) => id === cover.id))
}

/** Writes down who stands in when nobody had time to plan, and for how many tickets this agent stands in at most. */
export async function changePlan(agentId: number, { rules, coverCap }: { rules: readonly PlannedRule[]; coverCap?: number | null }, cause: Cause) {
  await mustMakeSense(agentId, rules)
  await transaction(async (trx) => {
    const row = {
      rules: JSON.stringify(rules.map(({ scope, cover, newTickets = 'cover_owns', access = 'none' }) => ({ scope: lean(scope), cover, newTickets, access }))),
      updated_by_id: cause.by?.kind === 'agent' ? cause.by.id : null,
      updated_at: nowMs(),
    }
    await trx.knexQuery().table('default_plans').insert({ agent_id: agentId, ...row }).onConflict('agent_id').merge()
    if (coverCap !== undefined) await trx.from('agents').where('id', agentId).update({ cover_cap: coverCap })
    await record('plan:changed', { agentId }, cause)
  })
}
