import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { stepStates } from '#setup/steps'

export default class HomesController {
  /** Where an admin begins: how far the desk has come, and what does not work. */
  async show({ view }: HttpContext) {
    const steps = await stepStates()
    const [broken, failed, dead] = await Promise.all([
      db.from('inbox_health').join('inboxes', 'inboxes.id', 'inbox_health.inbox_id').whereNull('inboxes.deleted_at').whereNull('inboxes.paused_at').where('inbox_health.ok', 0).select('inboxes.id', 'inboxes.name'),
      db.from('incoming_items').where('state', 'failed').count('* as total').first(),
      db.from('jobs').where('state', 'dead').count('* as total').first(),
    ])
    return view.render('setup/home', { steps, done: steps.filter(({ state }) => state === 'done').length, broken, failed: Number(failed.total), dead: Number(dead.total) })
  }

  /** Settings in the navigation lead here: everybody gets the part that is theirs. */
  async redirect({ auth, response }: HttpContext) {
    return response.redirect().status(303).toPath(auth.getUserOrFail().isSupervisor ? '/admin' : '/profile')
  }
}
