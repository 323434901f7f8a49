import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { ABILITIES } from '#people/api_token'
import { timeZone, timeZones } from '#people/rules'
import { currentSession } from '#people/session_store'
import { LANGUAGES } from '#people/languages'
import { nowMs } from '#support/clock'

const profileValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  language: vine.enum(LANGUAGES),
  time_zone: timeZone().nullable(),
  theme: vine.enum(['system', 'light', 'dark']),
  keyboard: vine.string().optional(),
  signature: vine.string().trim().maxLength(5000).nullable(),
})

/** Everybody's own page: how the desk looks and speaks to them, how they sign, where they are signed in. */
export default class ProfilesController {
  async show(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    return ctx.view.render('people/profiles/show', {
      me: agent,
      zones: timeZones(),
      abilities: ABILITIES.filter((ability) => ability !== 'admin' || agent.isAdmin),
      sessions: await sessionsOf(agent.id),
      current: currentSession(ctx),
      tokens: await tokensOf(agent.id),
      now: nowMs(),
    })
  }

  async update({ auth, by, request, response, session, i18n }: HttpContext) {
    const { time_zone: timeZone, keyboard, ...values } = await request.validateUsing(profileValidator)
    await auth.getUserOrFail().change({ ...values, timeZone, keyboard: keyboard ? 1 : 0 }, { by })
    session.flash('done', i18n.t('people.profile.saved'))
    return response.redirect().status(303).toPath('/profile')
  }
}

async function sessionsOf(agentId: number) {
  return db.from('sessions').where('agent_id', agentId).where('expires_at', '>', nowMs()).select('id', 'ip', 'browser', 'created_at', 'seen_at').orderBy('seen_at', 'desc').limit(50)
}

async function tokensOf(agentId: number) {
  return db.from('api_tokens').where('agent_id', agentId).whereNull('revoked_at').select('id', 'name', 'abilities', 'created_at', 'used_at', 'expires_at').orderBy('id', 'desc').limit(100)
}
