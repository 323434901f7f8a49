import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'

export default class PausesController {
  /** Stops fetching and sending, e.g. while the provider is being changed. */
  async store({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.findOrFail(params.id)
    await inbox.pause({ by })
    session.flash('done', i18n.t('channels.inboxes.paused', { name: inbox.name }))
    return response.redirect().status(303).toPath('/admin/inboxes')
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.findOrFail(params.id)
    await inbox.resume({ by })
    session.flash('done', i18n.t('channels.inboxes.resumed', { name: inbox.name }))
    return response.redirect().status(303).toPath('/admin/inboxes')
  }
}
