import { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction, transaction } from '#support/transaction'
import { follow } from '#tickets/following'
import { recount } from '#tickets/recounting'
import Ticket from '#tickets/ticket'
import { moveDrafts, moveEverything, moveBack, type Moved } from './merging/moving.js'

/** So long a merger can be undone, in milliseconds (M021). */
export const UNMERGE_MS = 24 * 3_600_000

/** How a ticket stood, to be set again when it is parted. Moments in ms. */
interface Standing {
  readonly status: string
  readonly pendingOn: string | null
  readonly snoozedUntil: number | null
  readonly resolvedAt: number | null
  readonly closedAt: number | null
  readonly waitingSinceAt: number | null
}

interface Kept extends Moved {
  readonly source: Standing
  /** The target before and after: it is set back only if nobody changed it since. */
  readonly target: { readonly before: Standing; readonly after: Standing }
}

/**
 * Two tickets were one matter: messages, notes, tags, followers, tasks, side conversations, links and drafts
 * go into the target. The source is closed and shows the way; answers to any of its messages arrive in the
 * target. Who is responsible for the target stays so (substitution, case 46); whoever owned the source
 * follows it. If a customer waited in the source, the target waits.
 *
 * @returns the merger's id, by which it can be undone for a day
 * @throws DomainError when either was merged already, or both are the same
 */
export async function mergeTickets(sourceId: number, targetId: number, cause: Cause): Promise<number> {
  if (sourceId === targetId) throw new DomainError('together.errors.merge_self', 422)
  return transaction(async (trx) => {
    const [source, target] = await bothLocked(sourceId, targetId)
    source.mustBeWhole()
    target.mustBeWhole()

    const [stood, before] = [standing(source), standing(target)]
    const moved = await moveEverything(source, target)
    await moveDrafts(source.id, target.id)
    for (const agentId of moved.followers) await follow(target, agentId, cause)

    await waitAsSource(source, target)
    await recount(target)
    await target.keep()
    source.leaveStatus()
    source.status = 'closed'
    source.closedAt = now()
    source.waitingSinceAt = null
    source.mergedIntoId = target.id
    await recount(source)
    await source.keep()

    const kept: Kept = { ...moved, source: stood, target: { before, after: standing(target) } }
    const row = { ticket_id: source.id, into_id: target.id, moved: JSON.stringify(kept), agent_id: cause.by?.kind === 'agent' ? cause.by.id : null, merged_at: nowMs() }
    const [made] = await trx.knexQuery().table('mergers').insert(row).returning('id')
    await source.tell('ticket:merged', { intoId: target.id }, cause)
    await target.tell('ticket:merged_in', { fromId: source.id }, cause)
    if (before.status !== target.status) {
      if (before.status === 'resolved' || before.status === 'closed') await target.tell('ticket:reopened', {}, cause)
      else await target.tell('ticket:opened_again', { from: before.status }, cause)
    }
    return typeof made === 'object' ? made.id : made
  })
}

/**
 * Parts two tickets that were merged within the last day. What came from the source goes back, if it is still
 * there; what was written since the merger stays in the target.
 *
 * @throws DomainError when it was not merged, or too long ago
 */
export async function unmergeTicket(sourceId: number, cause: Cause) {
  await transaction(async (trx) => {
    const row = await trx.from('mergers').where('ticket_id', sourceId).whereNull('undone_at').orderBy('id', 'desc').first()
    if (!row) throw new DomainError('together.errors.not_merged', 409)
    if (Number(row.merged_at) < nowMs() - UNMERGE_MS) throw new DomainError('together.errors.unmerge_late', 409)

    const [source, target] = await bothLocked(sourceId, row.into_id)
    target.mustBeWhole()
    const undone = await trx.from('mergers').where('id', row.id).whereNull('undone_at').update({ undone_at: nowMs() })
    if (Number(undone) !== 1 || source.mergedIntoId !== target.id) throw new DomainError('together.errors.not_merged', 409)

    const kept: Kept = JSON.parse(row.moved)
    await moveBack(kept, source.id, target.id)
    source.mergedIntoId = null
    stand(source, kept.source)
    await recount(source)
    await source.keep()
    if (JSON.stringify(standing(target)) === JSON.stringify(kept.target.after)) stand(target, kept.target.before)
    await recount(target)
    await target.keep()
    await source.tell('ticket:unmerged', { fromId: target.id }, cause)
    await target.tell('ticket:merged_out', { otherId: source.id }, cause)
  })
}

/** Both rows, locked by one statement, so that two mergers at once come one after the other. */
async function bothLocked(sourceId: number, targetId: number): Promise<[Ticket, Ticket]> {
  const trx = openTransaction()
  await trx.from('tickets').whereIn('id', [sourceId, targetId]).update({ updated_at: nowMs() })
  return [await Ticket.findOrFail(sourceId, { client: trx }), await Ticket.findOrFail(targetId, { client: trx })]
}

/** A customer who waited in the source goes on waiting, since the same moment. */
async function waitAsSource(source: Ticket, target: Ticket) {
  if (!['new', 'open'].includes(source.status) || target.status === 'spam') return
  if (!['new', 'open'].includes(target.status)) {
    target.leaveStatus()
    target.status = 'open'
    target.waitingSinceAt = source.waitingSinceAt ?? now()
  } else if (source.waitingSinceAt && (!target.waitingSinceAt || source.waitingSinceAt < target.waitingSinceAt)) {
    target.waitingSinceAt = source.waitingSinceAt
  }
}

function standing(ticket: Ticket): Standing {
  const ms = (at: DateTime | null) => at?.toMillis() ?? null
  return { status: ticket.status, pendingOn: ticket.pendingOn ?? null, snoozedUntil: ms(ticket.snoozedUntil), resolvedAt: ms(ticket.resolvedAt), closedAt: ms(ticket.closedAt), waitingSinceAt: ms(ticket.waitingSinceAt) }
}

function stand(ticket: Ticket, as: Standing) {
  const at = (ms: number | null) => (ms === null ? null : DateTime.fromMillis(ms, { zone: 'utc' }))
  ticket.status = as.status
  ticket.pendingOn = as.pendingOn
  ticket.snoozedUntil = at(as.snoozedUntil)
  ticket.resolvedAt = at(as.resolvedAt)
  ticket.closedAt = at(as.closedAt)
  ticket.waitingSinceAt = at(as.waitingSinceAt)
}
