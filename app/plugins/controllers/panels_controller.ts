import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Customer from '#customers/customer'
import CustomerPolicy from '#customers/customer_policy'
import { connectionOf } from '#plugins/connections'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { loadPanel } from '#plugins/panels'

/** One card of a plugin beside a customer, in a request of its own: what is slow or broken there stays there. */
export default class PanelsController {
  async show(ctx: HttpContext) {
    const { params, bouncer, view, request } = ctx
    const customer = await Customer.findOrFail(params.id)
    await bouncer.with(CustomerPolicy).authorize('view', customer)
    await installed.refresh()
    const plugin = installed.working(String(params.plugin))?.plugin
    const connection = plugin?.panels?.[params.panel] && (await connectionOf(plugin, Number(params.connection)))
    if (!plugin || !connection) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])

    const loaded = await loadPanel(plugin, params.panel, connection, customer.id)
    const state = { plugin: plugin.id, panel: params.panel as string, connection, customer, href: request.url() }
    if (loaded.state === 'shown') {
      try {
        const body = await view.render(loaded.view, { data: loaded.data, customer: { id: customer.id, name: customer.name } })
        return view.render('plugins/panels/show', { ...state, shows: 'shown', body })
      } catch (error) {
        await noteFault(plugin.id, `panel:${params.panel}`, error)
        return view.render('plugins/panels/show', { ...state, shows: 'broken' })
      }
    }
    return view.render('plugins/panels/show', { ...state, shows: loaded.state })
  }
}
