import { HandoverSchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'
import Note from '#tickets/note'
import Ticket from '#tickets/ticket'
import { assign } from '../assignment.js'

export type HandoverKind = 'transfer' | 'ask' | 'escalate' | 'return'
export type HandoverState = 'open' | 'accepted' | 'declined' | 'answered' | 'withdrawn'

/**
 * One ticket that goes on, or a question about it. A transfer moves it, an escalation moves it to the
 * supervisor (or asks, where the team wants it so), an ask leaves it where it is; a return is a transfer
 * that was sent back. The row is opened by a verb of give.ts and settled by one of these.
 */
export default class Handover extends HandoverSchema {
  /** Whether the ticket itself went along; else it only asks. */
  get isMove() {
    return this.moved === 1
  }

  /** Says: I have it. Nothing else changes. Saying it twice does nothing. */
  async accept(cause: Cause) {
    if (this.state === 'accepted') return
    await this.#settle('accepted', cause)
  }

  /**
   * Answers what was asked: the answer is a note on the ticket, which stays with who asked.
   *
   * @throws DomainError when it is settled already, or asks nothing.
   */
  async answer(text: string, cause: Cause): Promise<Note> {
    if (this.isMove) throw new DomainError('routing.errors.asks_nothing', 409)
    return transaction(async (trx) => {
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      const note = await ticket.note({ text }, { ...cause, because: this.#because })
      this.answerNoteId = note.id
      await this.#settle('answered', cause)
      return note
    })
  }

  /**
   * Says no, and why if given. A question goes back to who asked; a ticket that was handed over returns to
   * where it was, as a hand-over of its own.
   */
  async decline(reason: string | null, cause: Cause) {
    await transaction(async (trx) => {
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      await this.#settle('declined', cause)
      const note = reason?.trim() ? await ticket.note({ text: reason }, { ...cause, because: this.#because }) : null
      if (note) await trx.from('handovers').where('id', this.id).update({ answer_note_id: note.id })
      if (!this.isMove || !(await this.#isStillThere(ticket))) return
      await this.#giveBack(ticket, note, cause)
    })
  }

  /**
   * Takes it back: the question is asked no more, the ticket is where it was, its note out of sight.
   *
   * @throws DomainError when it is settled already, or the ticket has gone on since.
   */
  async withdraw(cause: Cause) {
    if (this.state === 'withdrawn') return
    await transaction(async (trx) => {
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      if (this.isMove && !(await this.#isStillThere(ticket))) throw new DomainError('routing.errors.moved_on', 409)
      await this.#settle('withdrawn', cause)
      if (this.isMove) await assign(ticket, { ownerId: this.beforeOwnerId, teamId: this.beforeTeamId }, { ...cause, because: this.#because })
      const note = this.noteId ? await Note.find(this.noteId, { client: trx }) : null
      if (note && !note.deletedAt) await note.remove({ ...cause, because: this.#because })
    })
  }

  get #because() {
    return `handover:${this.id}`
  }

  /** The ticket is still with whom this gave it to: an owner, or a team whose distribution may have gone on. */
  async #isStillThere(ticket: Ticket) {
    return this.toKind === 'agent' ? ticket.ownerId === this.toId : ticket.teamId === this.toId
  }

  async #giveBack(ticket: Ticket, note: Note | null, cause: Cause) {
    const back = await Handover.create(
      {
        ...{ ticketId: ticket.id, kind: 'return', moved: 1, fromKind: this.toKind, fromId: this.toId },
        ...(this.beforeOwnerId ? { toKind: 'agent', toId: this.beforeOwnerId } : this.beforeTeamId ? { toKind: 'team', toId: this.beforeTeamId } : { toKind: 'agent', toId: this.createdById! }),
        ...{ noteId: note?.id ?? null, dueAt: null, state: 'open', beforeOwnerId: ticket.ownerId, beforeTeamId: ticket.teamId, createdById: cause.by?.kind === 'agent' ? cause.by.id : null, createdAt: now() },
      },
      { client: ticket.$trx }
    )
    const because = `handover:${back.id}`
    // Who had it may have left meanwhile: then it falls to the team it was in.
    const owner = this.beforeOwnerId
    await assign(ticket, { ownerId: owner, teamId: this.beforeTeamId }, { ...cause, because }, { except: [this.toId] }).catch(async (error) => {
      if (!(error instanceof DomainError)) throw error
      await assign(ticket, { ownerId: null, teamId: this.beforeTeamId }, { ...cause, because })
    })
    await ticket.tell('handover:returned', { handoverId: back.id, toKind: back.toKind, toId: back.toId, noteId: note?.id ?? null }, { ...cause, because })
  }

  /** Of two who settle it at once, one does. */
  async #settle(state: HandoverState, cause: Cause) {
    await transaction(async (trx) => {
      const by = cause.by?.kind === 'agent' ? cause.by.id : null
      // What somebody has said they have is not taken from under their hands.
      const open = state === 'withdrawn' && this.isMove ? ['open'] : ['open', 'accepted']
      const changed = await trx
        .from('handovers')
        .where('id', this.id)
        .whereIn('state', open)
        .update({ state, settled_at: now().toMillis(), settled_by_id: by, answer_note_id: this.answerNoteId ?? null })
      if (Number(changed) !== 1) throw new DomainError('routing.errors.settled', 409)
      this.state = state
      this.$hydrateOriginals()
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      await ticket.tell(`handover:${state as 'accepted'}`, { handoverId: this.id, toKind: this.toKind, toId: this.toId, createdById: this.createdById }, { ...cause, because: this.#because })
      afterCommit(() => poke([`ticket-${this.ticketId}`, 'list', 'handovers']))
    })
  }
}
