import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { reconcile } from '../coverage/reconcile.js'
import type Absence from './absence.js'

/** Somebody who was named stands in. */
export function accept(absence: Absence, agentId: number, cause: Cause) {
  return answer(absence, agentId, 'accepted', cause)
}

/** Somebody who was named cannot: the next rule covers, and supervisors are told (B13). */
export function decline(absence: Absence, agentId: number, cause: Cause) {
  return answer(absence, agentId, 'declined', cause)
}

async function answer(absence: Absence, agentId: number, answered: 'accepted' | 'declined', cause: Cause) {
  await transaction(async (trx) => {
    if (!absence.isOpen) throw new DomainError('absences.errors.over', 409)
    const rules = await trx.from('absence_rules').where({ absence_id: absence.id, cover_agent_id: agentId }).select('id')
    if (rules.length === 0) throw new DomainError('absences.errors.not_asked', 409)
    const at = nowMs()
    await trx
      .from('absence_rules')
      .where({ absence_id: absence.id, cover_agent_id: agentId })
      .update(answered === 'accepted' ? { accepted_at: at, declined_at: null } : { declined_at: at, accepted_at: null })
    for (const { id } of rules) await record(`absence:${answered}`, { absenceId: absence.id, agentId, ruleId: id }, { ...cause, because: `absence:${absence.id}` })
  })
  await reconcile({ afresh: true })
}
