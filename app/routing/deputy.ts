import type { DateTime } from 'luxon'
import { DeputySchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'

export const RIGHTS = ['view', 'act', 'approve'] as const

/**
 * A standing right to act for somebody, for a lead who is often out: it moves no ticket by itself. An
 * escalation that finds the supervisor away goes to the deputy; who may approve, approves on behalf, and never
 * an own request (44).
 */
export default class Deputy extends DeputySchema {
  get isInForce() {
    return this.revokedAt === null && this.validFrom <= now() && (this.validTo === null || now() < this.validTo)
  }

  /** Ends it. Ending it twice does nothing. */
  async end(cause: Cause) {
    await transaction(async (trx) => {
      const ended = await trx.from('deputies').where('id', this.id).whereNull('revoked_at').update({ revoked_at: nowMs() })
      if (Number(ended) === 1) await record('deputy:ended', { principalId: this.principalId, deputyId: this.deputyId }, cause)
    })
  }
}

export interface NewDeputy {
  readonly principalId: number
  readonly deputyId: number
  readonly rights: (typeof RIGHTS)[number]
  /** From now on unless given. */
  readonly validFrom?: DateTime | null
  /** Until somebody ends it unless given. */
  readonly validTo?: DateTime | null
}

/**
 * Names a deputy.
 *
 * @throws DomainError for oneself, somebody who has left or only reads, a time that ends before it begins, or one who is deputy already.
 */
export async function nameDeputy({ principalId, deputyId, rights, validFrom, validTo = null }: NewDeputy, cause: Cause): Promise<Deputy> {
  return transaction(async (trx) => {
    const from = validFrom ?? now()
    if (principalId === deputyId) throw new DomainError('routing.errors.deputy_oneself', 422)
    if (validTo && validTo <= from) throw new DomainError('routing.errors.due_past', 422)
    const able = await trx.from('agents').whereIn('id', [principalId, deputyId]).whereNull('deactivated_at').whereNot('role', 'viewer').select('id')
    if (able.length < 2) throw new DomainError('tickets.errors.no_agent', 422)
    const standing = await trx.from('deputies').where({ principal_id: principalId, deputy_id: deputyId }).whereNull('revoked_at').where((open) => open.whereNull('valid_to').orWhere('valid_to', '>', nowMs())).select('id').first()
    if (standing) throw new DomainError('routing.errors.deputy_already', 409)
    const deputy = await Deputy.create({ principalId, deputyId, rights, scope: null, validFrom: from, validTo, grantedById: cause.by?.kind === 'agent' ? cause.by.id : null, revokedAt: null, createdAt: now() }, { client: trx })
    await record('deputy:named', { principalId, deputyId }, cause)
    return deputy
  })
}

/** Deputies that stand or are to come, of and for one agent, or all of them. */
export function standingDeputies(agentId?: number) {
  const query = reading().from('deputies').whereNull('deputies.revoked_at').where((open) => open.whereNull('valid_to').orWhere('valid_to', '>', nowMs()))
  if (agentId) query.where((either) => either.where('principal_id', agentId).orWhere('deputy_id', agentId))
  return query
}

/** Whether an agent may do this for that one now. A right includes the ones before it. */
export async function actsFor(deputyId: number, principalId: number, right: (typeof RIGHTS)[number]): Promise<boolean> {
  const at = nowMs()
  const row = await standingDeputies(deputyId).where({ deputy_id: deputyId, principal_id: principalId }).where('valid_from', '<=', at).whereIn('rights', RIGHTS.slice(RIGHTS.indexOf(right))).select('id').first()
  return Boolean(row)
}
