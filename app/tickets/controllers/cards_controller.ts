import type { HttpContext } from '@adonisjs/core/http'
import { panelsFor } from '#plugins/panels'
import { readCard } from '#tickets/pages/card'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class CardsController {
  /** The customer beside a ticket; what plugins know of them comes by requests of their own. */
  async show(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    return ctx.view.render('tickets/_card', { card: await readCard(ticket, ctx.i18n.locale), panels: await panelsFor(ticket.customerId) })
  }
}
