import type { HttpContext } from '@adonisjs/core/http'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import Task from '#tickets/task'

/** A task is done, or after all not. */
export default class TaskCompletionsController {
  async store(ctx: HttpContext) {
    const task = await this.#task(ctx)
    await task.finish({ by: ctx.by })
    return sayDone(ctx, task.ticketId, { done: 'together.done.task_done', undo: { action: `/tasks/${task.id}/completion`, method: 'DELETE' } })
  }

  async destroy(ctx: HttpContext) {
    const task = await this.#task(ctx)
    await task.reopen({ by: ctx.by })
    return sayDone(ctx, task.ticketId, { done: 'together.done.task_reopened' })
  }

  async #task(ctx: HttpContext) {
    const task = await Task.findOrFail(ctx.params.id)
    ctx.params.ticket_id = task.ticketId
    await ticketToWorkOn(ctx)
    return task
  }
}
