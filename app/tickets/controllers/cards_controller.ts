import type { HttpContext } from '@adonisjs/core/http'
import { panelsFor } from '#plugins/panels'
import { ticketInDoubt } from '#tickets/doubt'
import { readCard } from '#tickets/pages/card'
import CustomerPolicy from '#customers/customer_policy'
import { mentionedAddresses, type Mentioned } from '#tickets/pages/same_person'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class CardsController {
  /** The customer beside a ticket; what plugins know of them comes by requests of their own, and of a doubtful one when asked for. */
  async show(ctx: HttpContext) {
    const ticket = await ticketOf(ctx)
    const panels = await panelsFor(ticket.customerId)
    const doubt = panels.length > 0 ? await ticketInDoubt(ticket.customerId) : null
    return ctx.view.render('tickets/_card', { card: await readCard(ticket, ctx.i18n.locale), ticketId: ticket.id, mentioned: await this.#mentioned(ctx, ticket), panels, doubt })
  }

  /** Whom the reader may not see is not named to them either. */
  async #mentioned({ bouncer }: HttpContext, { id, customerId }: { id: number; customerId: number }): Promise<Mentioned[]> {
    if (!(await bouncer.with(CustomerPolicy).allows('change', { id: customerId }))) return []
    const shown: Mentioned[] = []
    for (const one of await mentionedAddresses(id, customerId)) {
      if (!one.customer || (await bouncer.with(CustomerPolicy).allows('view', one.customer))) shown.push(one)
    }
    return shown
  }
}
