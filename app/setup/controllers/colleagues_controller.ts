import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import AgentPolicy from '#people/agent_policy'
import { languageOptions } from '#people/languages'
import { ROLES } from '#people/roles'

export default class ColleaguesController {
  /** Third step of the first run: who works here beside me (R138, R141). */
  async create({ view, bouncer, auth }: HttpContext) {
    await bouncer.with(AgentPolicy).authorize('manage')
    const colleagues = await db.from('agents').whereNot('id', auth.getUserOrFail().id).select('name', 'email', 'role').orderBy('id').limit(100)
    return view.render('setup/team', { step: 3, colleagues, teams: await db.from('teams').select('id', 'name').orderBy('name'), roles: ROLES, languages: languageOptions() })
  }
}
