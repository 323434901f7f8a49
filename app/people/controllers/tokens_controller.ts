import vine from '@vinejs/vine'
import type { HttpContext } from '@adonisjs/core/http'
import ApiToken, { ABILITIES, createToken, revokeToken } from '#people/api_token'
import { now } from '#support/clock'

const tokenValidator = vine.create({
  token_name: vine.string().trim().minLength(1).maxLength(120),
  abilities: vine.array(vine.enum(ABILITIES)).minLength(1),
  days: vine.number().range([1, 3650]).optional(),
})

export default class TokensController {
  /** Makes a token. It is shown on the next page and never again. */
  async store({ auth, by, request, response, session }: HttpContext) {
    const agent = auth.getUserOrFail()
    const { token_name: name, abilities, days } = await request.validateUsing(tokenValidator)
    const granted = abilities.filter((ability) => ability !== 'admin' || agent.isAdmin)
    const { plain } = await createToken(agent, { name, abilities: granted, expiresAt: days ? now().plus({ days }) : null }, { by })
    session.flash('token', plain)
    return response.redirect().status(303).toPath('/profile#tokens')
  }

  async destroy({ params, auth, by, response, session, i18n }: HttpContext) {
    const token = await ApiToken.query().where({ id: params.id, agent_id: auth.getUserOrFail().id }).firstOrFail()
    await revokeToken(token, { by })
    session.flash('done', i18n.t('people.profile.token_revoked'))
    return response.redirect().status(303).toPath('/profile#tokens')
  }
}
