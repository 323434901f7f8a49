import type { HttpContext } from '@adonisjs/core/http'
import { directory } from '#tickets/pages/directory'
import { readList } from '#tickets/pages/list'
import { ticketState } from '#tickets/pages/ticket_page'
import { viewOf } from '#tickets/views'

export default class TicketsController {
  /** A ticket beside the list it was opened from; the list is read only when the whole page is drawn. */
  async show(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const asked = String(ctx.request.input('view', 'waiting'))
    const view = viewOf(asked, agent) ? asked : 'waiting'
    const state = await ticketState(ctx, Number(ctx.params.id))
    return ctx.view.render('tickets/show', { ...state, currentView: view, readList: async () => ({ list: await readList(ctx, agent, view), people: await directory() }) })
  }
}
