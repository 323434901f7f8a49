import type { HttpContext } from '@adonisjs/core/http'
import { checkConnection } from '#plugins/health'
import { connectionsOf } from '#plugins/connections'
import { usable } from '#plugins/finding'
import PluginPolicy from '#plugins/plugin_policy'
import { introduce } from '#plugins/settings_form'
import { disable, enable } from '#plugins/switches'

export default class EnablementsController {
  async store({ params, request, bouncer, by, session, i18n, response }: HttpContext) {
    await bouncer.with(PluginPolicy).authorize('manage')
    const plugin = usable(params.id, request)
    await enable(plugin.id, { by })
    for (const connection of await connectionsOf(plugin)) await checkConnection(plugin, connection)
    session.flash('done', i18n.t('plugins.switched_on', { name: introduce(i18n, plugin.id).name }))
    return response.redirect().status(303).toPath(`/admin/plugins/${plugin.id}`)
  }

  async destroy({ params, request, bouncer, by, session, i18n, response }: HttpContext) {
    await bouncer.with(PluginPolicy).authorize('manage')
    const plugin = usable(params.id, request)
    await disable(plugin.id, { by })
    session.flash('done', i18n.t('plugins.switched_off', { name: introduce(i18n, plugin.id).name }))
    return response.redirect().status(303).toPath(`/admin/plugins/${plugin.id}`)
  }
}
