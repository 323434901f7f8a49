import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import vine from '@vinejs/vine'
import Customer from '#customers/customer'
import { listCustomers } from '#customers/customer_list'
import CustomerPolicy from '#customers/customer_policy'
import { accessibleInboxIds } from '#people/access'
import { listTickets } from '#tickets/ticket_list'

const customerValidator = vine.create({
  name: vine.string().trim().maxLength(200),
  language: vine.enum(['', 'cs', 'sk', 'pl', 'el', 'en', 'de']).optional(),
  about: vine.string().trim().maxLength(5000).nullable().optional(),
})

export default class CustomersController {
  async index({ request, auth, view }: HttpContext) {
    const { q, cursor } = request.qs()
    const { rows, next } = await listCustomers({ q, cursor, access: await accessibleInboxIds(auth.getUserOrFail()) })
    const older = next ? `/customers?${new URLSearchParams({ ...(q ? { q } : {}), cursor: next })}` : null
    return view.render('customers/index', { rows, older, q: q ?? '', paged: Boolean(cursor) })
  }

  async show({ params, auth, view, bouncer, response, request }: HttpContext) {
    const customer = await Customer.findOrFail(params.id)
    await bouncer.with(CustomerPolicy).authorize('view', customer)
    if (customer.mergedIntoId) return response.redirect().toPath(`/customers/${customer.mergedIntoId}`)

    const agent = auth.getUserOrFail()
    const [addresses, tickets] = await Promise.all([
      db.from('addresses').where('customer_id', customer.id).orderBy('id').select('id', 'kind', 'value', 'invalid_at'),
      listTickets({ reader: agent, access: await accessibleInboxIds(agent), filters: { customer: customer.id }, sort: 'newest', cursor: request.qs().cursor, limit: 30 }),
    ])
    return view.render('customers/show', { customer, addresses, tickets, mayChange: await bouncer.with(CustomerPolicy).allows('change', customer) })
  }

  async update({ params, request, bouncer, response, session, i18n, by }: HttpContext) {
    const customer = await Customer.findOrFail(params.id)
    await bouncer.with(CustomerPolicy).authorize('change', customer)
    const { name, language, about } = await request.validateUsing(customerValidator)
    await customer.change({ name, language: language || null, about: about || null }, { by })
    session.flash('done', i18n.t('customers.saved'))
    return response.redirect().status(303).toPath(`/customers/${customer.id}`)
  }
}
