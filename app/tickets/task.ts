import type { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { TaskSchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { poke } from '#support/pokes'
import { storable } from '#support/storable'
import { afterCommit, openTransaction, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

export interface NewTask {
  readonly text: string
  readonly ownerId: number
  /** Null: some time. */
  readonly dueAt?: DateTime | null
}

/** Something that somebody promised to do about a ticket, with a time if there is one (R070). */
export default class Task extends TaskSchema {
  get isDone() {
    return this.doneAt !== null && this.doneAt !== undefined
  }

  get isOverdue() {
    return !this.isDone && Boolean(this.dueAt) && this.dueAt! < now()
  }

  /** @throws DomainError without words, or for somebody who cannot do it */
  static async add(ticket: Ticket, { text, ownerId, dueAt = null }: NewTask, cause: Cause): Promise<Task> {
    ticket.mustBeWhole()
    const words = storable(text).trim().slice(0, 500)
    if (words === '') throw new DomainError('together.errors.empty_task', 422)
    return transaction(async (trx) => {
      await mustBeAbleToDo(ownerId)
      const task = await Task.create(
        { ticketId: ticket.id, text: words, ownerId, dueAt, createdById: cause.by?.kind === 'agent' ? cause.by.id : null, createdAt: now(), doneAt: null, toldAt: null, doneById: null },
        { client: trx }
      )
      await task.#told(ticket)
      await ticket.tell('task:added', { taskId: task.id, ownerId }, cause)
      return task
    })
  }

  /** Changes words, owner or time; what is absent stays. A new time is told anew. */
  async change({ text, ownerId, dueAt }: Partial<NewTask>, cause: Cause) {
    await transaction(async (trx) => {
      const fields: string[] = []
      const words = text === undefined ? this.text : storable(text).trim().slice(0, 500)
      if (words === '') throw new DomainError('together.errors.empty_task', 422)
      if (words !== this.text) fields.push('text')
      if (ownerId !== undefined && ownerId !== this.ownerId) {
        await mustBeAbleToDo(ownerId)
        fields.push('owner_id')
      }
      if (dueAt !== undefined && dueAt?.toMillis() !== this.dueAt?.toMillis()) fields.push('due_at')
      if (fields.length === 0) return
      this.text = words
      this.ownerId = ownerId ?? this.ownerId
      if (fields.includes('due_at')) {
        this.dueAt = dueAt!
        this.toldAt = null
      }
      await this.useTransaction(trx).save()
      const ticket = await this.#ticket()
      await this.#told(ticket)
      await ticket.tell('task:changed', { taskId: this.id, fields }, cause)
    })
  }

  /** Doing what is done does nothing. */
  async finish(cause: Cause) {
    if (this.isDone) return
    await this.#turn({ doneAt: now(), doneById: cause.by?.kind === 'agent' ? cause.by.id : null }, 'task:done', cause)
  }

  async reopen(cause: Cause) {
    if (!this.isDone) return
    await this.#turn({ doneAt: null, doneById: null }, 'task:reopened', cause)
  }

  async remove(cause: Cause) {
    await transaction(async (trx) => {
      await this.useTransaction(trx).delete()
      const ticket = await this.#ticket()
      await this.#told(ticket)
      await ticket.tell('task:removed', { taskId: this.id }, cause)
    })
  }

  async #turn(to: { doneAt: DateTime | null; doneById: number | null }, event: 'task:done' | 'task:reopened', cause: Cause) {
    await transaction(async (trx) => {
      this.doneAt = to.doneAt
      this.doneById = to.doneById
      await this.useTransaction(trx).save()
      const ticket = await this.#ticket()
      await this.#told(ticket)
      await ticket.tell(event, { taskId: this.id }, cause)
    })
  }

  #ticket() {
    return Ticket.findOrFail(this.ticketId, { client: openTransaction() })
  }

  /** The ticket's pages and the lists of tasks look again. */
  async #told(ticket: Ticket) {
    await ticket.keep()
    afterCommit(() => poke(['tasks']))
  }
}

const BATCH = 200

/** Says of each task whose time has come that it is due: once, in one process, however often it is asked. */
export async function tellDueTasks() {
  const due = await db.from('tasks').whereNull('done_at').whereNull('told_at').where('due_at', '<=', nowMs()).orderBy('due_at').limit(BATCH).select('id', 'ticket_id', 'owner_id')
  for (const { id, ticket_id: ticketId, owner_id: ownerId } of due) {
    await transaction(async (trx) => {
      const told = await trx.from('tasks').where('id', id).whereNull('told_at').whereNull('done_at').where('due_at', '<=', nowMs()).update({ told_at: nowMs() })
      if (Number(told) !== 1) return
      const ticket = await Ticket.findOrFail(ticketId, { client: trx })
      await ticket.tell('task:due', { taskId: id, ownerId }, { by: null, because: `task:${id}` })
      afterCommit(() => poke([`ticket-${ticketId}`, 'tasks', 'list']))
    })
  }
}

async function mustBeAbleToDo(agentId: number) {
  const agent = await openTransaction().from('agents').where('id', agentId).select('role', 'deactivated_at').first()
  if (!agent || agent.deactivated_at !== null || agent.role === 'viewer') throw new DomainError('tickets.errors.no_agent', 422)
}
