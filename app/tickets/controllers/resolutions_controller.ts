import type { HttpContext } from '@adonisjs/core/http'
import { nextInList } from '#tickets/pages/list'
import { act } from '#tickets/act'
import { pageOf, sayDone, sayDoneAt, undoOf, type Said } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

export default class ResolutionsController {
  /** With `then=next` the next ticket of the list opens (R038). */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const next = ctx.request.input('then') === 'next' ? await nextInList(ctx.auth.getUserOrFail(), ticket.id, pageOf(ctx)) : null
    const actId = await act('resolve', ctx.by, ticket.id, () => ticket.resolve({ by: ctx.by }))
    const said: Said = { done: next?.last ? 'resolved_last' : 'resolved', values: { reference: ticket.reference }, undo: undoOf(actId) }
    return next ? sayDoneAt(ctx, next.href, said) : sayDone(ctx, ticket.id, said)
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const actId = await act('reopen', ctx.by, ticket.id, () => ticket.reopen({ by: ctx.by }))
    return sayDone(ctx, ticket.id, { done: 'reopened', values: { reference: ticket.reference }, undo: undoOf(actId) })
  }
}
