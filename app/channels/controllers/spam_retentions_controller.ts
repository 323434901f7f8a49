import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { keepSpamFor, MOST_DAYS } from '#channels/spam/aged'
import InboxPolicy from '#channels/inbox_policy'

const retentionValidator = vine.create({ days: vine.number().withoutDecimals().min(0).max(MOST_DAYS) })

/** How long spam stays. */
export default class SpamRetentionsController {
  async update({ request, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const { days } = await request.validateUsing(retentionValidator)
    await keepSpamFor(days, { by })
    session.flash('done', days === 0 ? i18n.t('mail.spam_days_never') : i18n.t('mail.spam_days_saved', { days }))
    return response.redirect().status(303).toPath('/admin/senders')
  }
}
