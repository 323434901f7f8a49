import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'

export default class ExpulsionsController {
  /** Signs an agent out of every computer, from their next click on. */
  async store({ params, bouncer, by, response, session, i18n }: HttpContext) {
    const agent = await Agent.findOrFail(params.id)
    await bouncer.with(AgentPolicy).authorize('signOut', agent)
    await agent.signOutEverywhere({ by })
    session.flash('done', i18n.t('people.agents.signed_out', { name: agent.name }))
    return response.redirect().status(303).toPath(`/admin/agents/${agent.id}/edit`)
  }
}
