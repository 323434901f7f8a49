import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { openTransaction, reading } from '#support/transaction'
import { UNFINISHED } from '../coverage/coverable.js'
import { World } from '../coverage/world.js'
import type Absence from './absence.js'
import type { PlannedRule } from './plan_rules.js'

/** An inbox of the absent agent in which a substitute may not work. */
export interface MissingRight {
  readonly agentId: number
  readonly inboxId: number
  /** Which of the rules it is about. */
  readonly position: number
  /** The rule lends it until the end. */
  readonly lent: boolean
}

/** What the substitutes of these rules may not see, of the inboxes that the absent agent works in (B6). Rights lent by an absence do not count. */
export async function missingRights(agentId: number, rules: readonly PlannedRule[]): Promise<MissingRight[]> {
  const covers = rules.flatMap(({ cover, scope, access }, position) => (cover.kind === 'agent' ? [{ coverId: cover.id, scope, position, lent: access === 'inbox' }] : []))
  if (covers.length === 0) return []
  // Without what is lent at this moment: it is what was missing before.
  const world = await World.read(0)
  const inboxes = await inboxesOf(agentId, world)
  return covers.flatMap(({ coverId, scope, position, lent }) =>
    inboxes
      .filter(({ id, channel }) => (!scope.inbox?.length || scope.inbox.includes(id)) && (!scope.channel?.length || scope.channel.includes(channel)))
      .filter(({ id }) => !world.mayWorkIn(coverId, id))
      .map(({ id }) => ({ agentId: coverId, inboxId: id, position, lent }))
  )
}

/** Where an agent has tickets, and where the agent's teams answer. */
export async function inboxesOf(agentId: number, world: World): Promise<{ id: number; channel: string }[]> {
  const db = reading()
  const teams = (await db.from('team_members').where('agent_id', agentId).select('team_id')).map((row) => row.team_id as number)
  const rows = await db
    .from('inboxes')
    .whereNull('deleted_at')
    .where((some) =>
      some
        .whereIn('team_id', teams)
        .orWhereExists((linked) => linked.from('team_inboxes').whereColumn('team_inboxes.inbox_id', 'inboxes.id').whereIn('team_id', teams))
        .orWhereExists((owned) => owned.from('tickets').whereColumn('tickets.inbox_id', 'inboxes.id').where('owner_id', agentId).whereIn('status', [...UNFINISHED]))
    )
    .orderBy('id')
    .select('id', 'channel')
  return rows.filter(({ id }) => world.mayWorkIn(agentId, id))
}

/**
 * Lends the rights that the rules promise, for as long as the absence lasts: of the inboxes that the
 * absent agent has himself (B6), those in the rule's scope that the substitute lacks. Rights lent
 * before and no longer promised end now.
 */
export async function lendRights(absence: Absence, rules: readonly PlannedRule[], cause: Cause) {
  const missing = absence.isOpen ? (await missingRights(absence.agentId, rules)).filter(({ lent }) => lent) : []
  const trx = openTransaction()
  const at = nowMs()
  const standing = await trx.from('grants').where({ source: 'absence', source_id: absence.id }).whereNull('revoked_at').select('id', 'agent_id', 'inbox_id')
  const wanted = new Set(missing.map(({ agentId, inboxId }) => `${agentId}-${inboxId}`))
  const gone = standing.filter((grant) => !wanted.has(`${grant.agent_id}-${grant.inbox_id}`))
  const staying = standing.filter((grant) => wanted.has(`${grant.agent_id}-${grant.inbox_id}`))
  const added = missing.filter(({ agentId, inboxId }) => !standing.some((grant) => grant.agent_id === agentId && grant.inbox_id === inboxId))

  if (gone.length > 0) await trx.from('grants').whereIn('id', gone.map(({ id }) => id)).update({ revoked_at: at })
  if (staying.length > 0) await trx.from('grants').whereIn('id', staying.map(({ id }) => id)).update({ valid_from: absence.startsAt.toMillis(), valid_to: absence.endsAt?.toMillis() ?? null })
  for (const { agentId, inboxId } of added) {
    await trx
      .knexQuery()
      .table('grants')
      .insert({ agent_id: agentId, inbox_id: inboxId, source: 'absence', source_id: absence.id, valid_from: absence.startsAt.toMillis(), valid_to: absence.endsAt?.toMillis() ?? null, granted_by_id: cause.by?.kind === 'agent' ? cause.by.id : null, created_at: at })
  }
  for (const { agentId, inboxId } of added) await record('access:granted', { agentId, inboxId, absenceId: absence.id }, cause)
  for (const { agent_id: agentId, inbox_id: inboxId } of gone) await record('access:revoked', { agentId, inboxId, absenceId: absence.id }, cause)
}
