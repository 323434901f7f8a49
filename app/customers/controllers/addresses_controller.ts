import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Customer from '#customers/customer'
import CustomerPolicy from '#customers/customer_policy'

const addressValidator = vine.create({
  value: vine.string().trim().minLength(3).maxLength(254),
  /** The ticket from whose card it was added. */
  ticket_id: vine.number().positive().optional(),
})

/** The ways to reach a customer. An e-mail has an @; anything else is read as a phone number. */
export default class AddressesController {
  async store({ params, request, bouncer, response, session, i18n, by }: HttpContext) {
    const customer = await Customer.findOrFail(params.customer_id)
    await bouncer.with(CustomerPolicy).authorize('change', customer)
    const { value, ticket_id: ticketId } = await request.validateUsing(addressValidator)
    await customer.addAddress(value.includes('@') ? 'email' : 'phone', value, { by })
    if (ticketId) session.flash('done', i18n.t('chat.suggest.added', { value }))
    return response.redirect().status(303).toPath(ticketId ? `/tickets/${ticketId}` : `/customers/${customer.id}`)
  }

  async destroy({ params, bouncer, response, by }: HttpContext) {
    const customer = await Customer.findOrFail(params.customer_id)
    await bouncer.with(CustomerPolicy).authorize('change', customer)
    await customer.removeAddress(Number(params.id), { by })
    return response.redirect().status(303).toPath(`/customers/${customer.id}`)
  }
}
