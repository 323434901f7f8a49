import type { HttpContext } from '@adonisjs/core/http'
import { currentSession, endSession } from '#people/session_store'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

/** The computers on which an agent is signed in. */
export default class BrowsersController {
  /** Signs one of them out. */
  async destroy(ctx: HttpContext) {
    const { params, auth, by, session, response, i18n } = ctx
    const agent = auth.getUserOrFail()
    const ended = await endSession(params.id, agent.id)
    if (ended) await transaction(() => record('agent:signed_out', { agentId: agent.id, everywhere: false }, { by }))
    if (params.id === currentSession(ctx)) {
      session.clear()
      session.regenerate()
      return response.redirect().status(303).toPath('/sign-in')
    }
    session.flash('done', i18n.t('people.profile.signed_out_there'))
    return response.redirect().status(303).toPath('/profile')
  }

  /** Signs all of them out, this one too. */
  async clear({ auth, by, session, response, i18n }: HttpContext) {
    await auth.getUserOrFail().signOutEverywhere({ by })
    session.clear()
    session.regenerate()
    session.flash('done', i18n.t('people.profile.signed_out_everywhere'))
    return response.redirect().status(303).toPath('/sign-in')
  }
}
