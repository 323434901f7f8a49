import type { HttpContext } from '@adonisjs/core/http'
import { channelsOffered, inboxForm } from '#channels/inbox_form'
import InboxPolicy from '#channels/inbox_policy'
import { pluginRegistry } from '#plugins/registry'

export default class ConnectionsController {
  /** Second step of the first run: a mailbox, or not yet. */
  async create({ request, view, bouncer, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const channels = channelsOffered(i18n)
    const channel = String(request.qs().channel ?? channels[0]?.id ?? '')
    const fields = pluginRegistry.channel(channel)?.config ?? {}
    return view.render('setup/inbox', { step: 2, channels, channel, groups: inboxForm(i18n, channel, fields, {}) })
  }
}
