import type { HttpContext } from '@adonisjs/core/http'
import { connectionsOf } from '#plugins/connections'
import { usable } from '#plugins/finding'
import { checkConnection } from '#plugins/health'
import PluginPolicy from '#plugins/plugin_policy'
import { sayReason, storeReason } from '#plugins/reasons'

export default class PluginChecksController {
  /** Asks every connection of a plugin now, and says the first answer that is bad. */
  async store({ params, request, bouncer, session, i18n, response }: HttpContext) {
    await bouncer.with(PluginPolicy).authorize('manage')
    const plugin = usable(params.id, request)
    const answers = []
    for (const connection of await connectionsOf(plugin)) answers.push(await checkConnection(plugin, connection))
    const bad = answers.find((health) => !health.ok)
    if (bad && !bad.ok) session.flash('alert', sayReason(i18n, storeReason(plugin.id, bad.reason)))
    else session.flash('done', i18n.t('plugins.works'))
    return response.redirect().status(303).toPath(`/admin/plugins/${plugin.id}`)
  }
}
