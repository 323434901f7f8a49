import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'

/** Automatic answers of an inbox that the breaker has stopped. */
export default class AutoRepliesController {
  async store({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
    await inbox.resumeAutoReply({ by })
    session.flash('done', i18n.t('mail.auto_reply_resumed', { name: inbox.name }))
    return response.redirect().status(303).toPath('/admin/inboxes')
  }
}
