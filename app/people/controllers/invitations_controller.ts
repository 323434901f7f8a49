import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'
import { invitationLink } from '#people/invitation_link'

export default class InvitationsController {
  /** A new link: for somebody who has not come yet, or who forgot the password. The old link stops working. */
  async store(ctx: HttpContext) {
    const { params, bouncer, by, response, session } = ctx
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    session.flash('invitation', { name: agent.name, link: invitationLink(ctx, await agent.invite({ by })) })
    return response.redirect().status(303).toPath('/admin/agents')
  }

  /** Takes the link back. */
  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    await agent.revokeInvite({ by })
    session.flash('done', i18n.t('people.agents.invite_revoked', { name: agent.name }))
    return response.redirect().status(303).toPath('/admin/agents')
  }
}
