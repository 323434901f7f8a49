import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { DomainError } from '#support/domain_error'
import { directory } from '#tickets/pages/directory'
import { sayDone } from '#tickets/pages/said'
import { readTasks } from '#tickets/pages/tasks'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import Task from '#tickets/task'

const taskValidator = vine.create({
  task: vine.string().trim().minLength(1).maxLength(500),
  owner_id: vine.number().positive().nullable().optional(),
  /** In the writer's zone. */
  due: vine.string().maxLength(40).nullable().optional(),
})

/** What somebody promised to do about a ticket (R070). */
export default class TasksController {
  /** An agent's own tasks over all tickets; `?done=1` those that are done, `?of=` a colleague's. */
  async index(ctx: HttpContext) {
    return ctx.view.render('tickets/tasks/index', { ...(await readTasks(ctx)), people: await directory() })
  }

  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const written = await ctx.request.validateUsing(taskValidator)
    const task = await Task.add(ticket, { text: written.task, ownerId: written.owner_id ?? ctx.by.id, dueAt: momentOf(ctx, written.due) }, { by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.task_added', undo: { action: `/tasks/${task.id}`, method: 'DELETE' } })
  }

  async edit(ctx: HttpContext) {
    const { task, ticket } = await this.#taskToChange(ctx)
    return ctx.view.render('tickets/tasks/edit', { task, ticket, people: await directory() })
  }

  async update(ctx: HttpContext) {
    const { task, ticket } = await this.#taskToChange(ctx)
    const written = await ctx.request.validateUsing(taskValidator)
    await task.change({ text: written.task, ownerId: written.owner_id ?? undefined, dueAt: momentOf(ctx, written.due) }, { by: ctx.by })
    ctx.session.flash('done', ctx.i18n.t('desk.done.changed'))
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}`)
  }

  async destroy(ctx: HttpContext) {
    const { task, ticket } = await this.#taskToChange(ctx)
    await task.remove({ by: ctx.by })
    return sayDone(ctx, ticket.id, { done: 'together.done.task_removed' })
  }

  async #taskToChange(ctx: HttpContext) {
    const task = await Task.findOrFail(ctx.params.id)
    ctx.params.ticket_id = task.ticketId
    const ticket = await ticketToWorkOn(ctx)
    return { task, ticket }
  }
}

/** @throws DomainError when it is no moment */
function momentOf(ctx: HttpContext, due: string | null | undefined): DateTime | null {
  if (!due) return null
  const at = DateTime.fromISO(due, { zone: ctx.format.zone })
  if (!at.isValid) throw new DomainError('together.errors.no_moment', 422)
  return at.toUTC()
}
