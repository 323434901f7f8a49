import { DomainError } from '#support/domain_error'
import { openTransaction, reading } from '#support/transaction'
import type { Cover, Scope } from '../coverage/resolver.js'

/** A rule as somebody writes it down. */
export interface PlannedRule {
  /** Of a rule that stands already: it keeps its answer and the tickets under it. */
  readonly id?: number | null
  readonly scope: Scope
  readonly cover: Cover
  readonly newTickets?: 'cover_owns' | 'return_to_absent'
  /** Lets the substitute into inboxes he may not see otherwise, until the end. */
  readonly access?: 'none' | 'inbox'
}

export const MOST_RULES = 50

/**
 * Refuses rules that mean nothing: a substitute who has left or only reads, or is the absent one
 * himself, a team that is not there.
 *
 * @throws DomainError
 */
export async function mustMakeSense(agentId: number, rules: readonly PlannedRule[]) {
  if (rules.length > MOST_RULES) throw new DomainError('absences.errors.too_many_rules', 422, { most: MOST_RULES })
  const db = reading()
  for (const { cover } of rules) {
    if (cover.kind === 'agent') {
      if (cover.id === agentId) throw new DomainError('absences.errors.covers_himself', 422)
      const agent = await db.from('agents').where('id', cover.id).whereNull('deactivated_at').whereNot('role', 'viewer').select('id').first()
      if (!agent) throw new DomainError('absences.errors.no_cover', 422)
    } else if (cover.kind === 'team' && !(await db.from('teams').where('id', cover.id).select('id').first())) {
      throw new DomainError('absences.errors.no_cover', 422)
    }
  }
}

/** Puts these rules in the place of those that an absence has, in the open transaction. */
export async function writeRules(absenceId: number, rules: readonly PlannedRule[]) {
  const trx = openTransaction()
  const before = await trx.from('absence_rules').where('absence_id', absenceId).select('id', 'cover_kind', 'cover_agent_id')
  const kept = new Set<number>()
  for (const [position, rule] of rules.entries()) {
    const row = {
      position,
      scope: JSON.stringify(lean(rule.scope)),
      cover_kind: rule.cover.kind,
      cover_agent_id: rule.cover.kind === 'agent' ? rule.cover.id : null,
      cover_team_id: rule.cover.kind === 'team' ? rule.cover.id : null,
      new_tickets: rule.newTickets ?? 'cover_owns',
      access: rule.access ?? 'none',
    }
    const old = before.find(({ id }) => id === rule.id)
    if (!old) {
      await trx.knexQuery().table('absence_rules').insert({ ...row, absence_id: absenceId })
      continue
    }
    kept.add(old.id)
    // Another substitute has not been asked yet.
    const asked = old.cover_kind !== row.cover_kind || old.cover_agent_id !== row.cover_agent_id ? { accepted_at: null, declined_at: null } : {}
    await trx.from('absence_rules').where('id', old.id).update({ ...row, ...asked })
  }
  const gone = before.map(({ id }) => id as number).filter((id) => !kept.has(id))
  if (gone.length > 0) await trx.from('absence_rules').whereIn('id', gone).delete()
}

/** Without empty lists, which say nothing. */
export function lean(scope: Scope): Scope {
  return Object.fromEntries(Object.entries(scope).filter(([, list]) => Array.isArray(list) && list.length > 0))
}
