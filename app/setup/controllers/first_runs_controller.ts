import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import { hasAgents } from '#people/agents'
import { languageOptions, LANGUAGES } from '#people/languages'
import { password, timeZone, timeZones } from '#people/rules'
import { signIn } from '#people/sign_in'
import { makeFirstAdmin } from '#setup/first_admin'

const firstRunValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  email: vine.string().trim().email().maxLength(254),
  password: password().confirmed({ confirmationField: 'password_confirmation' }),
  company: vine.string().trim().minLength(1).maxLength(120),
  language: vine.enum(LANGUAGES),
  time_zone: timeZone(),
})

/** The first page anybody sees of a new desk; gone for ever once somebody has come in. */
export default class FirstRunsController {
  async show({ view, response, i18n }: HttpContext) {
    if (await hasAgents()) return response.redirect().status(303).toPath('/')
    return view.render('setup/account', { step: 1, languages: languageOptions(), language: i18n.locale, zones: timeZones() })
  }

  async store(ctx: HttpContext) {
    if (await hasAgents()) return ctx.response.redirect().status(303).toPath('/')
    const { time_zone: zone, ...values } = await ctx.request.validateUsing(firstRunValidator)
    const admin = await makeFirstAdmin({ ...values, timeZone: zone })
    await signIn(ctx, admin)
    return ctx.response.redirect().status(303).toPath('/setup/inbox')
  }
}
