import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import Team, { makeTeam } from '#people/team'
import TeamPolicy from '#people/team_policy'

const teamValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(120),
  supervisor_id: vine.number().nullable(),
  member_ids: vine.array(vine.number()).optional(),
  inbox_ids: vine.array(vine.number()).optional(),
})
const nameValidator = vine.create({ name: vine.string().trim().minLength(1).maxLength(120) })
const staffValidator = vine.create({ member_ids: vine.array(vine.number()).optional() })

export default class TeamsController {
  async index({ view, bouncer }: HttpContext) {
    await bouncer.with(TeamPolicy).authorize('list')
    return view.render('people/teams/index', { teams: await teamsWithCounts() })
  }

  async store({ bouncer, by, request, response }: HttpContext) {
    await bouncer.with(TeamPolicy).authorize('manage')
    const team = await makeTeam(await request.validateUsing(nameValidator), { by })
    return response.redirect().status(303).toPath(`/admin/teams/${team.id}/edit`)
  }

  async edit({ params, view, bouncer }: HttpContext) {
    const team = await Team.findOrFail(params.id)
    await bouncer.with(TeamPolicy).authorize('staff', team)
    const [members, inboxes, agents, all] = await Promise.all([
      db.from('team_members').where('team_id', team.id).select('agent_id'),
      db.from('team_inboxes').where('team_id', team.id).select('inbox_id'),
      db.from('agents').whereNull('deactivated_at').select('id', 'name', 'role').orderBy('name').limit(1000),
      db.from('inboxes').whereNull('deleted_at').select('id', 'name', 'address', 'team_id').orderBy('name').limit(500),
    ])
    return view.render('people/teams/edit', {
      team,
      agents,
      inboxes: all,
      memberIds: members.map((row) => row.agent_id),
      inboxIds: inboxes.map((row) => row.inbox_id),
    })
  }

  /** An admin changes all of it; a supervisor who is in it for the team, its members. */
  async update({ params, bouncer, by, request, response, session, i18n }: HttpContext) {
    const team = await Team.findOrFail(params.id)
    await bouncer.with(TeamPolicy).authorize('staff', team)
    if (await bouncer.with(TeamPolicy).allows('manage')) {
      const values = await request.validateUsing(teamValidator)
      await team.change({ name: values.name, supervisorId: values.supervisor_id, memberIds: values.member_ids ?? [], inboxIds: values.inbox_ids ?? [] }, { by })
    } else {
      const { member_ids: memberIds = [] } = await request.validateUsing(staffValidator)
      await team.change({ memberIds }, { by })
    }
    session.flash('done', i18n.t('people.teams.saved', { name: team.name }))
    return response.redirect().status(303).toPath('/admin/teams')
  }

  async destroy({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(TeamPolicy).authorize('manage')
    const team = await Team.findOrFail(params.id)
    await team.dissolve({ by })
    session.flash('done', i18n.t('people.teams.dissolved', { name: team.name }))
    return response.redirect().status(303).toPath('/admin/teams')
  }
}

async function teamsWithCounts() {
  const [teams, members, inboxes] = await Promise.all([
    db.from('teams').leftJoin('agents', 'agents.id', 'teams.supervisor_id').select('teams.id', 'teams.name', 'agents.name as supervisor', 'teams.supervisor_id').orderBy('teams.name').limit(500),
    db.from('team_members').join('agents', 'agents.id', 'team_members.agent_id').whereNull('agents.deactivated_at').select('team_id', 'agents.name').orderBy('agents.name'),
    db.from('team_inboxes').join('inboxes', 'inboxes.id', 'team_inboxes.inbox_id').whereNull('inboxes.deleted_at').select('team_inboxes.team_id', 'inboxes.name').orderBy('inboxes.name'),
  ])
  const of = (rows: any[], id: number) => rows.filter((row) => row.team_id === id).map((row) => row.name as string)
  return teams.map((team) => ({ ...team, members: of(members, team.id), inboxes: of(inboxes, team.id) }))
}
