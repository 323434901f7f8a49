import { type DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { openTransaction, transaction } from '#support/transaction'
import { reconcile } from '../coverage/reconcile.js'
import Absence, { type Kind } from './absence.js'
import { leaveQueues, returnToQueues, told } from './boundaries.js'
import { planOf } from './default_plan.js'
import { lendRights } from './rights.js'
import { mustMakeSense, writeRules, type PlannedRule } from './plan_rules.js'

export interface AbsenceValues {
  readonly kind: Kind
  readonly startsAt: DateTime
  /** Half-open: this instant belongs to the agent again. Null: nobody knows yet. */
  readonly endsAt: DateTime | null
  readonly timeZone: string
  readonly allDay: boolean
  readonly reasonPrivate?: string | null
  readonly publicNote?: string | null
  /** Sent once to each customer who writes to a ticket of the absent agent; null: none. */
  readonly autoReply?: string | null
  readonly handoverNote?: string | null
  /** Substitutes are asked first; who has not said yes at the start is passed over. */
  readonly needsAcceptance?: boolean
  readonly rules: readonly PlannedRule[]
}

/**
 * Plans an absence, and begins it at once if its time has come. One that is said to have begun
 * already covers from now on; its start stays as it was said.
 *
 * @throws DomainError when its rules mean nothing, or it ends before it begins
 */
export async function planAbsence(agentId: number, values: AbsenceValues, cause: Cause): Promise<Absence> {
  const absence = await transaction(async (trx) => {
    await mustBeHere(agentId)
    await mustMakeSense(agentId, values.rules)
    mustLast(values)
    const { rules, ...columns } = values
    // An illness that has begun is active at once: the index lets one of them in, whoever else starts it now.
    const begins = values.kind === 'sick' && values.startsAt <= now()
    const [row] = await trx
      .knexQuery()
      .table('absences')
      .insert({
        agent_id: agentId,
        state: begins ? 'active' : 'planned',
        began_at: begins ? nowMs() : null,
        created_by_id: cause.by?.kind === 'agent' ? cause.by.id : null,
        version: 1,
        created_at: nowMs(),
        updated_at: nowMs(),
        ...stored(columnsOf(columns)),
      })
      .onConflict()
      .ignore()
      .returning('id')
    if (row === undefined) throw await sickAlready(agentId)
    const planned = await Absence.findOrFail(typeof row === 'object' ? row.id : row, { client: trx })
    await writeRules(planned.id, rules)
    await lendRights(planned, rules, cause)
    await record('absence:planned', await told(planned.id), { ...cause, because: `absence:${planned.id}` })
    if (begins) {
      await leaveQueues(agentId, planned.id)
      await record('absence:started', { absenceId: planned.id, agentId }, { by: null, because: `absence:${planned.id}` })
    }
    return planned
  })
  await reconcile({ afresh: true })
  return Absence.findOrFail(absence.id)
}

/**
 * Somebody else is ill, from now on, until they say otherwise; by the plan that stands ready, or the
 * rules given. Without either the agent's team covers (R010).
 *
 * @throws DomainError when somebody has started it already
 */
export async function startSickLeave(agentId: number, { timeZone, rules, reasonPrivate }: { timeZone: string; rules?: readonly PlannedRule[]; reasonPrivate?: string | null }, cause: Cause): Promise<Absence> {
  const plan = rules ?? (await planOf(agentId))
  return planAbsence(agentId, { kind: 'sick', startsAt: now(), endsAt: null, timeZone, allDay: false, reasonPrivate, rules: plan }, cause)
}

/**
 * Changes an absence that is planned or runs. Tickets that stay with the same hands do not flicker.
 *
 * @param version - what the writer saw; another by now: nothing is written, and both versions can be compared
 * @throws AbsenceChanged
 */
export async function changeAbsence(absence: Absence, values: AbsenceValues, version: number, cause: Cause): Promise<Absence> {
  await transaction(async (trx) => {
    if (!absence.isOpen) throw new DomainError('absences.errors.over', 409)
    await mustMakeSense(absence.agentId, values.rules)
    mustLast(values)
    const { rules, ...columns } = values
    const before = { ...absence.$attributes }
    const row = columnsOf(columns)
    const changed = await trx
      .from('absences')
      .where({ id: absence.id, version })
      .whereIn('state', ['planned', 'active'])
      .update({ ...stored(row), version: version + 1, updated_at: nowMs() })
    if (Number(changed) !== 1) throw new AbsenceChanged(absence.id)
    await absence.useTransaction(trx).refresh()
    await writeRules(absence.id, rules)
    await lendRights(absence, rules, cause)
    const fields = Object.keys(row).filter((name) => String(before[name] ?? '') !== String(absence.$attributes[name] ?? ''))
    await record('absence:changed', { ...(await told(absence.id)), fields: [...fields, 'rules'] }, { ...cause, because: `absence:${absence.id}` })
  })
  await reconcile({ afresh: true })
  return Absence.findOrFail(absence.id)
}

/** What the substitutes should know, written down before going. */
export async function changeHandoverNote(absence: Absence, note: string | null, cause: Cause) {
  await transaction(async (trx) => {
    if (!absence.isOpen) throw new DomainError('absences.errors.over', 409)
    await trx.from('absences').where('id', absence.id).update({ handover_note: note?.trim() || null, version: trx.raw('version + 1'), updated_at: nowMs() })
    await record('absence:changed', { ...(await told(absence.id)), fields: ['handoverNote'] }, { ...cause, because: `absence:${absence.id}` })
  })
}

/** Calls off an absence before it begins: nothing has happened. */
export async function cancelAbsence(absence: Absence, cause: Cause) {
  await finish(absence, 'planned', 'cancelled', cause)
}

/** The agent is back, or the absence is over for another reason: tickets return at once (B3). */
export async function endAbsence(absence: Absence, cause: Cause, reason: 'back' | 'offboarded' = 'back') {
  await reconcile()
  const current = await Absence.findOrFail(absence.id)
  if (current.state === 'planned') return finish(current, 'planned', 'cancelled', cause)
  await finish(current, 'active', reason, cause)
}

async function finish(absence: Absence, from: 'planned' | 'active', reason: 'cancelled' | 'back' | 'offboarded', cause: Cause) {
  const at = nowMs()
  await transaction(async (trx) => {
    const cancelled = reason === 'cancelled'
    const ended = await trx
      .from('absences')
      .where({ id: absence.id, state: from })
      .update({
        state: cancelled ? 'cancelled' : 'ended',
        ended_at: at,
        end_reason: reason,
        ended_by_id: cause.by?.kind === 'agent' ? cause.by.id : null,
        version: trx.raw('version + 1'),
        updated_at: at,
        ...(cancelled ? {} : { ends_at: trx.raw('CASE WHEN starts_at > ? THEN starts_at ELSE ? END', [at, at]) }),
      })
    if (Number(ended) !== 1) throw new DomainError('absences.errors.over', 409)
    await trx.from('grants').where({ source: 'absence', source_id: absence.id }).whereNull('revoked_at').update({ revoked_at: at })
    const because = { ...cause, because: `absence:${absence.id}` }
    if (cancelled) return record('absence:cancelled', await told(absence.id), because)
    await returnToQueues(absence.agentId, absence.id)
    await record('absence:ended', { absenceId: absence.id, agentId: absence.agentId, reason }, because)
  })
  await reconcile()
  await absence.refresh()
}

/** Somebody has changed it meanwhile; nothing was written. */
export class AbsenceChanged extends DomainError {
  constructor(readonly absenceId: number) {
    super('absences.errors.changed', 409)
  }
}

function columnsOf(values: Omit<AbsenceValues, 'rules'>) {
  return {
    kind: values.kind,
    startsAt: values.startsAt.toUTC(),
    endsAt: values.endsAt?.toUTC() ?? null,
    timeZone: values.timeZone,
    allDay: values.allDay ? 1 : 0,
    reasonPrivate: values.reasonPrivate?.trim() || null,
    publicNote: values.publicNote?.trim() || null,
    autoReply: values.autoReply?.trim() || null,
    handoverNote: values.handoverNote?.trim() || null,
    needsAcceptance: values.needsAcceptance ? 1 : 0,
  }
}

function stored(row: ReturnType<typeof columnsOf>) {
  return {
    kind: row.kind,
    starts_at: row.startsAt.toMillis(),
    ends_at: row.endsAt?.toMillis() ?? null,
    time_zone: row.timeZone,
    all_day: row.allDay,
    reason_private: row.reasonPrivate,
    public_note: row.publicNote,
    auto_reply: row.autoReply,
    handover_note: row.handoverNote,
    needs_acceptance: row.needsAcceptance,
  }
}

function mustLast({ startsAt, endsAt }: AbsenceValues) {
  if (endsAt !== null && endsAt <= startsAt) throw new DomainError('absences.errors.ends_before', 422)
}

async function mustBeHere(agentId: number) {
  const agent = await openTransaction().from('agents').where('id', agentId).whereNull('deactivated_at').select('id').first()
  if (!agent) throw new DomainError('absences.errors.no_agent', 422)
}

/** Two supervisors hear of it at the same moment: the second is told who was first. */
async function sickAlready(agentId: number) {
  const other = await openTransaction()
    .from('absences')
    .leftJoin('agents', 'agents.id', 'absences.created_by_id')
    .where({ 'absences.agent_id': agentId, 'absences.kind': 'sick', 'absences.state': 'active' })
    .select('agents.name')
    .first()
  return new DomainError('absences.errors.sick_already', 409, { name: other?.name ?? '' })
}
