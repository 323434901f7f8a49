import vine from '@vinejs/vine'
import { errors } from '@adonisjs/lucid'
import type { HttpContext } from '@adonisjs/core/http'
import InboxPolicy from '#channels/inbox_policy'
import { setting } from '#support/settings'
import { forgetSender, ruleSender, senderRules } from '#channels/spam/senders'

const PAGE = 50

const senderValidator = vine.create({
  value: vine.string().trim().minLength(3).maxLength(254),
  verdict: vine.enum(['allow', 'block']),
})

/** Senders that the team lets through or has blocked. */
export default class SendersController {
  async index({ view, bouncer, request }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('ruleSenders')
    const before = Number(request.input('before')) || undefined
    const verdict = ['allow', 'block'].includes(request.input('verdict')) ? request.input('verdict') : undefined
    const rows = await senderRules({ before, verdict, limit: PAGE + 1 })
    const rules = rows.slice(0, PAGE)
    return view.render('channels/senders/index', { rules, verdict: verdict ?? null, spamDays: await setting('spam.days'), mayKeep: await bouncer.with(InboxPolicy).allows('manage'), before: rows.length > PAGE ? rules.at(-1)!.id : null })
  }

  async store({ request, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('ruleSenders')
    const { value, verdict } = await request.validateUsing(senderValidator)
    const rule = await ruleSender(value, verdict, { by })
    session.flash('done', i18n.t(`mail.sender_${verdict}ed`, { value: rule.value }))
    return response.redirect().status(303).back('/admin/senders')
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('ruleSenders')
    if (!(await forgetSender(Number(params.id), { by }))) throw new errors.E_ROW_NOT_FOUND()
    session.flash('done', i18n.t('mail.sender_forgotten'))
    return response.redirect().status(303).back('/admin/senders')
  }
}
