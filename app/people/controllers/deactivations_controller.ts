import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'

export default class DeactivationsController {
  /** The agent has left. */
  async store({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    await agent.deactivate({ by })
    session.flash('done', i18n.t('people.agents.deactivated', { name: agent.name }))
    return response.redirect().status(303).toPath('/admin/agents')
  }

  /** The agent is back. */
  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    await agent.reactivate({ by })
    session.flash('done', i18n.t('people.agents.reactivated', { name: agent.name }))
    return response.redirect().status(303).toPath('/admin/agents')
  }
}
