import vine from '@vinejs/vine'
import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { WEEKDAYS, weekOf } from '#people/hours'
import { timeZone, timeZones } from '#people/rules'
import Team from '#people/team'
import TeamPolicy from '#people/team_policy'
import { DISTRIBUTIONS, ESCALATIONS, MATCHINGS, readWork } from '#people/work'

const hours = () => vine.object(Object.fromEntries(WEEKDAYS.map((day) => [day, vine.string().maxLength(100).nullable().optional()])))
const limit = () => vine.number().withoutDecimals().range([0, 9999]).nullable().optional()

const workValidator = vine.create({
  distribution: vine.enum(DISTRIBUTIONS),
  matching: vine.enum(MATCHINGS),
  escalation: vine.enum(ESCALATIONS),
  sticky: vine.string().optional(),
  only_present: vine.string().optional(),
  most_open: limit(),
  most_at_once: limit(),
  time_zone: timeZone().nullable(),
  hours: hours(),
})

/** How a team works: who gets its tickets, when, and how many. */
export default class TeamWorksController {
  async show({ params, view, bouncer }: HttpContext) {
    const team = await Team.findOrFail(params.id)
    await bouncer.with(TeamPolicy).authorize('staff', team)
    const members = await db.from('team_members').join('agents', 'agents.id', 'team_members.agent_id').where('team_id', team.id).whereNull('deactivated_at').orderBy('agents.name').select('agents.id', 'agents.name', 'agents.availability', 'agents.role')
    return view.render('routing/work/team', { team, work: team.work, members, skills: await readWork(members.map(({ id }) => id)), zones: timeZones(), weekdays: WEEKDAYS, distributions: DISTRIBUTIONS, matchings: MATCHINGS, escalations: ESCALATIONS })
  }

  async update({ params, bouncer, by, request, response, session, i18n }: HttpContext) {
    const team = await Team.findOrFail(params.id)
    await bouncer.with(TeamPolicy).authorize('staff', team)
    const { most_open: mostOpen = null, most_at_once: mostAtOnce = null, only_present: onlyPresent, time_zone: zone, sticky, hours: days, ...values } = await request.validateUsing(workValidator)
    await team.workAs({ ...values, mostOpen, mostAtOnce, onlyPresent: Boolean(onlyPresent), sticky: Boolean(sticky), timeZone: zone, hours: weekOf(days) }, { by })
    session.flash('done', i18n.t('people.teams.saved', { name: team.name }))
    return response.redirect().status(303).toPath(`/admin/teams/${team.id}/work`)
  }
}
