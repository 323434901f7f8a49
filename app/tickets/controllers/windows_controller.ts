import type { HttpContext } from '@adonisjs/core/http'
import { accessibleInboxIds } from '#people/access'
import { directory } from '#tickets/pages/directory'
import { readSheet } from '#tickets/pages/sheet'
import { readThread } from '#tickets/pages/thread'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readWay } from '#tickets/pages/way'

export default class WindowsController {
  /** What may be sent now, for a composer that is open: time passes, and the customer may write. */
  async show(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const agent = ctx.auth.getUserOrFail()
    const people = await directory()
    const sheet = await readSheet(ticket.id, agent, people)
    const via = Number(ctx.request.input('via')) || undefined
    const way = await readWay(sheet, await readThread(ticket.id, people), { via, access: await accessibleInboxIds(agent) })
    return ctx.view.render('tickets/window', { sheet, way, before: String(ctx.request.input('mode', way.mode)) })
  }
}
