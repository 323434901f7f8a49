import type { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, reading, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'
import { assign } from '../assignment.js'
import { isAway, whoWouldCover } from '../coverage/coverage.js'
import { mustBeAbleToSee } from '../sight.js'
import Handover, { type HandoverKind } from './handover.js'
import { supervisorFor } from './supervisor.js'

/*
 * The operations on one ticket, never confused: hand over (the owner changes), ask (the owner stays, an answer
 * by a time), escalate (to who is above, without knowing who that is). Cover is an absence's; deputies stand.
 */

export interface Receiver {
  readonly agentId?: number | null
  readonly teamId?: number | null
}

/**
 * Hands the ticket over to a colleague or a team, with a note for them if there is something to say.
 *
 * @throws DomainError when there is no such receiver, they may not see it, or it is theirs already.
 */
export async function handOver(ticket: Ticket, { to, note }: { to: Receiver; note?: string | null }, cause: Cause): Promise<Handover> {
  return transaction(async () => {
    mustNameOne(to)
    if (to.agentId ? ticket.ownerId === to.agentId : ticket.ownerId === null && ticket.teamId === to.teamId) throw new DomainError('routing.errors.theirs_already', 409)
    if (to.agentId) await mustBeAbleToSee(to.agentId, ticket)
    const handover = await open(ticket, { kind: 'transfer', moved: true, to, note, dueAt: null }, cause)
    await move(ticket, to, handover, cause)
    await tell(ticket, 'handover:given', handover, cause)
    return handover
  })
}

/**
 * Asks a colleague or a team: the ticket stays, they get a task, and the answer comes as a note.
 *
 * @param question.dueAt - by when an answer is wanted; null: when they can.
 * @throws DomainError when there is nothing to ask, nobody to ask, or the time is past.
 */
export async function ask(ticket: Ticket, question: { to: Receiver; text: string; dueAt?: DateTime | null }, cause: Cause): Promise<Handover> {
  return transaction(async () => {
    const { to, text, dueAt = null } = question
    mustNameOne(to)
    if (text.trim() === '') throw new DomainError('routing.errors.no_question', 422)
    if (dueAt && dueAt <= now()) throw new DomainError('routing.errors.due_past', 422)
    if (to.agentId && cause.by?.kind === 'agent' && cause.by.id === to.agentId) throw new DomainError('routing.errors.asks_oneself', 422)
    if (to.agentId) await mustBeAbleToSee(to.agentId, ticket)
    if (to.teamId) await mustBeATeam(to.teamId)
    // Somebody who is away cannot answer: who stands in is asked (47).
    const standIn = to.agentId ? await standInFor(ticket, to.agentId) : null
    const handover = await open(ticket, { kind: 'ask', moved: false, to: standIn ?? to, note: text, dueAt }, cause)
    await tell(ticket, 'handover:asked', handover, cause)
    return handover
  })
}

/**
 * Takes the ticket to the supervisor of the agent or team, whoever that is now; where the team wants it so the
 * ticket stays and the supervisor is asked. The reason is required and kept.
 *
 * @throws DomainError without a reason, or when nobody is above.
 */
export async function escalate(ticket: Ticket, { reason }: { reason: string }, cause: Cause): Promise<Handover> {
  return transaction(async (trx) => {
    if (reason.trim() === '') throw new DomainError('routing.errors.no_reason', 422)
    const byId = cause.by?.kind === 'agent' ? cause.by.id : null
    const to = { agentId: await supervisorFor(ticket, byId) }
    const team = ticket.teamId ? await trx.from('teams').where('id', ticket.teamId).select('escalation').first() : null
    const moved = team?.escalation !== 'stays' && ticket.ownerId !== to.agentId
    const handover = await open(ticket, { kind: 'escalate', moved, to, note: reason, dueAt: null }, cause)
    if (moved) await move(ticket, to, handover, cause)
    await tell(ticket, 'handover:escalated', handover, cause)
    return handover
  })
}

async function open(ticket: Ticket, { kind, moved, to, note, dueAt }: { kind: HandoverKind; moved: boolean; to: Receiver; note?: string | null; dueAt: DateTime | null }, cause: Cause) {
  const trx = openTransaction()
  ticket.mustBeWhole()
  if (ticket.isFinished) throw new DomainError('routing.errors.finished', 409)
  const byId = cause.by?.kind === 'agent' ? cause.by.id : null
  const from = ticket.ownerId ? { fromKind: 'agent', fromId: ticket.ownerId } : ticket.teamId ? { fromKind: 'team', fromId: ticket.teamId } : { fromKind: 'nobody', fromId: null }
  const handover = await Handover.create(
    {
      ...{ ticketId: ticket.id, kind, moved: moved ? 1 : 0, ...from, toKind: to.agentId ? 'agent' : 'team', toId: (to.agentId ?? to.teamId)!, dueAt, state: 'open' },
      ...{ beforeOwnerId: ticket.ownerId, beforeTeamId: ticket.teamId, createdById: byId, noteId: null, createdAt: now() },
    },
    { client: trx }
  )
  if (note?.trim()) {
    const { id } = await ticket.note({ text: note }, { ...cause, because: `handover:${handover.id}` })
    await trx.from('handovers').where('id', handover.id).update({ note_id: id })
    handover.noteId = id
    handover.$hydrateOriginals()
  }
  afterCommit(() => poke([`ticket-${ticket.id}`, 'list', 'handovers']))
  return handover
}

async function move(ticket: Ticket, to: Receiver, handover: Handover, cause: Cause) {
  const giver = cause.by?.kind === 'agent' ? [cause.by.id] : []
  const responsible = to.agentId ? { ownerId: to.agentId } : { ownerId: null, teamId: to.teamId! }
  const { intendedForId } = await assign(ticket, responsible, { ...cause, because: `handover:${handover.id}` }, { except: giver })
  if (intendedForId === null) return
  // Meant for somebody who is away: who stands in has it, and is who may say that they have it or give it back.
  await redirect(handover, ticket.ownerId ? { agentId: ticket.ownerId } : { teamId: ticket.teamId })
}

/** Who is asked while this agent is away; null: the agent is there, or nobody stands in. */
async function standInFor(ticket: Ticket, agentId: number): Promise<Receiver | null> {
  if (!(await isAway(agentId))) return null
  const verdict = await whoWouldCover(ticket, agentId)
  if (verdict.because !== 'covered') return null
  return verdict.agentId !== null ? { agentId: verdict.agentId } : { teamId: verdict.teamId }
}

async function redirect(handover: Handover, { agentId, teamId }: Receiver) {
  handover.toKind = agentId ? 'agent' : 'team'
  handover.toId = (agentId ?? teamId)!
  await openTransaction().from('handovers').where('id', handover.id).update({ to_kind: handover.toKind, to_id: handover.toId })
  handover.$hydrateOriginals()
}

/** The open questions to somebody whose absence has begun go on to who stands in, with their dates; they are told (47). */
export async function passQuestionsOn(agentId: number, absenceId: number) {
  const waiting = await reading().from('handovers').where({ to_kind: 'agent', to_id: agentId, moved: 0 }).whereIn('state', ['open', 'accepted']).select('id')
  for (const { id } of waiting) {
    await transaction(async (trx) => {
      const handover = await Handover.findOrFail(id, { client: trx })
      const ticket = await Ticket.findOrFail(handover.ticketId, { client: trx })
      const standIn = handover.toId === agentId ? await standInFor(ticket, agentId) : null
      if (!standIn) return
      await redirect(handover, standIn)
      await tell(ticket, 'handover:asked', handover, { by: null, because: `absence:${absenceId}` })
      afterCommit(() => poke([`ticket-${ticket.id}`, 'list', 'handovers']))
    })
  }
}

/** Everything a notification needs is in the event; nothing has to be looked up that may have changed since. */
async function tell(ticket: Ticket, name: 'handover:given' | 'handover:asked' | 'handover:escalated', handover: Handover, cause: Cause) {
  const payload = { handoverId: handover.id, toKind: handover.toKind, toId: handover.toId, fromKind: handover.fromKind, fromId: handover.fromId, noteId: handover.noteId, dueAt: handover.dueAt?.toMillis() ?? null }
  await ticket.tell(name, payload, { ...cause, because: cause.because ?? `handover:${handover.id}` })
}

function mustNameOne({ agentId, teamId }: Receiver) {
  if (Boolean(agentId) === Boolean(teamId)) throw new DomainError('routing.errors.name_one', 422)
}

async function mustBeATeam(teamId: number) {
  if (!(await openTransaction().from('teams').where('id', teamId).select('id').first())) throw new DomainError('tickets.errors.no_team', 422)
}
