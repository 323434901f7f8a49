import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Customer, { mergeCustomers } from '#customers/customer'
import { listCustomers } from '#customers/customer_list'
import CustomerPolicy from '#customers/customer_policy'
import { accessibleInboxIds } from '#people/access'

const mergerValidator = vine.create({ into: vine.number().positive() })

/** Two rows that are one person: choose the other one, see both, merge. */
export default class MergersController {
  async create({ params, request, auth, view, bouncer }: HttpContext) {
    const customer = await Customer.findOrFail(params.customer_id)
    await bouncer.with(CustomerPolicy).authorize('change', customer)
    const q: string = request.qs().q ?? ''
    const { rows } = q ? await listCustomers({ q, limit: 20, access: await accessibleInboxIds(auth.getUserOrFail()) }) : { rows: [] }
    return view.render('customers/mergers/create', { customer, q, rows: rows.filter((row) => row.id !== customer.id) })
  }

  async store({ params, request, bouncer, response, session, i18n, by }: HttpContext) {
    const id = Number(params.customer_id)
    await bouncer.with(CustomerPolicy).authorize('change', { id })
    const { into } = await request.validateUsing(mergerValidator)
    await bouncer.with(CustomerPolicy).authorize('change', { id: into })
    await mergeCustomers(id, into, { by })
    session.flash('success', i18n.t('customers.merged'))
    return response.redirect().status(303).toPath(`/customers/${into}`)
  }
}
