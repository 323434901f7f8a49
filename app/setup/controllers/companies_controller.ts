import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { noticeInboxes } from '#channels/outbound/notice'
import { languageOptions, LANGUAGES } from '#people/languages'
import { timeZone, timeZones } from '#people/rules'
import SettingsPolicy from '#setup/settings_policy'
import { record } from '#support/events'
import { changeSettings, setting } from '#support/settings'
import { transaction } from '#support/transaction'

const companyValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  language: vine.enum(LANGUAGES),
  time_zone: timeZone(),
  notices_by: vine.number().withoutDecimals().min(0).nullable().optional(),
})

export default class CompaniesController {
  async edit({ view, bouncer }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('manage')
    const company = { name: await setting('company.name'), language: await setting('company.language'), timeZone: await setting('company.time_zone'), noticesBy: await setting('notifications.inbox_id') }
    return view.render('settings/company', { settings: company, languages: languageOptions(), zones: timeZones(), carriers: await noticeInboxes() })
  }

  async update({ bouncer, by, request, response, session, i18n }: HttpContext) {
    await bouncer.with(SettingsPolicy).authorize('manage')
    const values = await request.validateUsing(companyValidator)
    const settings = { 'company.name': values.name, 'company.language': values.language, 'company.time_zone': values.time_zone, 'notifications.inbox_id': values.notices_by ?? null }
    await transaction(async () => {
      await changeSettings(settings)
      await record('settings:changed', { keys: Object.keys(settings) }, { by })
    })
    session.flash('done', i18n.t('settings.company.saved'))
    return response.redirect().status(303).toPath('/admin/company')
  }
}
