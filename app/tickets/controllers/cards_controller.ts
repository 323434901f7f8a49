import type { HttpContext } from '@adonisjs/core/http'
import { readCard } from '#tickets/pages/card'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class CardsController {
  /** The customer beside a ticket. */
  async show(ctx: HttpContext) {
    return ctx.view.render('tickets/_card', { card: await readCard(await ticketOf(ctx), ctx.i18n.locale) })
  }
}
