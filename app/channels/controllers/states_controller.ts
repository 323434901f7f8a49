import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'
import { noteFault } from '#plugins/faults'
import { pluginRegistry } from '#plugins/registry'
import { within } from '#support/patience'

const LOAD_SECONDS = 5

/** What a channel shows of its own on an inbox's settings page (a QR code, a live state); asked again while the page is open. */
export default class StatesController {
  async show({ params, bouncer, view, request }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
    const panel = pluginRegistry.channel(inbox.channel)?.panel
    if (!panel) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    try {
      const data = await within(LOAD_SECONDS, panel.load(pluginRegistry.inboxFor(inbox)), () => new Error('No answer'))
      return await view.render('channels/inboxes/_state', { inbox, body: await view.render(panel.view, { data, inbox: { id: inbox.id, key: inbox.key, name: inbox.name } }), broken: null })
    } catch (error) {
      await noteFault(inbox.channel, 'panel:inbox', error)
      return view.render('channels/inboxes/_state', { inbox, body: '', broken: (error as Error).message })
    }
  }
}
