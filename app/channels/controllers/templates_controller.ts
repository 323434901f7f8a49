import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'
import { readTemplatesAnew } from '#channels/templates'

/** The provider's templates of an inbox, read anew at once. */
export default class TemplatesController {
  async store({ params, bouncer, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
    try {
      await readTemplatesAnew(inbox)
      session.flash('done', i18n.t('chat.template_refreshed'))
    } catch (error) {
      session.flash('alert', i18n.t('chat.template_failed', { reason: (error as Error).message }))
    }
    return response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
  }
}
