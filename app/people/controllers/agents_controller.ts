import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import Agent from '#people/agent'
import AgentPolicy from '#people/agent_policy'
import { addAgent, agentEmail } from '#people/agents'
import { languageOptions, LANGUAGES } from '#people/languages'
import { invitationLink } from '#people/invitation_link'
import { ROLES } from '#people/roles'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'

const newAgentValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  email: vine.string().trim().email().maxLength(254),
  role: vine.enum(ROLES),
  language: vine.enum(LANGUAGES),
  restricted: vine.string().optional(),
  team_ids: vine.array(vine.number()).optional(),
})

const agentValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  email: vine.string().trim().email().maxLength(254),
  role: vine.enum(ROLES),
  restricted: vine.string().optional(),
  team_ids: vine.array(vine.number()).optional(),
})

/** The people inside, as an admin looks after them. */
export default class AgentsController {
  async index({ view, bouncer }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    return view.render('people/agents/index', { agents: await agentsWithTeams(), teams: await teams(), roles: ROLES, languages: languageOptions(), now: nowMs() })
  }

  /** Invites somebody: the link is shown to the admin, who passes it on. */
  async store(ctx: HttpContext) {
    const { bouncer, by, request, response, session } = ctx
    await bouncer.with(AgentPolicy).authorize('manage')
    const { team_ids: teamIds = [], restricted, ...person } = await request.validateUsing(newAgentValidator)
    const { agent, secret } = await transaction(async () => {
      const added = await addAgent({ ...person, restricted: Boolean(restricted), teamIds }, { by })
      return { agent: added, secret: await added.invite({ by }) }
    })
    session.flash('invitation', { name: agent.name, link: invitationLink(ctx, secret) })
    return response.redirect().status(303).back('/admin/agents')
  }

  async edit({ params, view, bouncer }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    const member = await db.from('team_members').where('agent_id', agent.id).select('team_id')
    const sessions = await db.from('sessions').where('agent_id', agent.id).where('expires_at', '>', nowMs()).count('* as total').first()
    return view.render('people/agents/edit', { person: agent, teams: await teams(), memberOf: member.map((row) => row.team_id), roles: ROLES, sessionCount: Number(sessions.total) })
  }

  async update({ params, bouncer, by, request, response, session, i18n }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const agent = await Agent.findOrFail(params.id)
    const { team_ids: teamIds = [], restricted, ...values } = await request.validateUsing(agentValidator)
    await transaction(async () => {
      await agent.change({ ...values, email: agentEmail(values.email), restricted: restricted ? 1 : 0 }, { by })
      await agent.joinTeams(teamIds, { by })
    })
    session.flash('done', i18n.t('people.agents.saved', { name: agent.name }))
    return response.redirect().status(303).toPath('/admin/agents')
  }
}

async function agentsWithTeams() {
  const agents = await db
    .from('agents')
    .select('id', 'name', 'email', 'role', 'restricted', 'availability', 'password', 'invite_hash', 'invite_expires_at', 'last_seen_at', 'deactivated_at')
    .orderBy('deactivated_at')
    .orderBy('name')
    .limit(1000)
  const members = await db.from('team_members').join('teams', 'teams.id', 'team_members.team_id').select('agent_id', 'teams.name').orderBy('teams.name')
  return agents.map(({ password, ...agent }) => ({
    ...agent,
    state: agent.deactivated_at ? 'deactivated' : password ? 'active' : 'invited',
    teams: members.filter((row) => row.agent_id === agent.id).map((row) => row.name),
  }))
}

function teams() {
  return db.from('teams').select('id', 'name').orderBy('name').limit(500)
}
