import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'

export default class RemovalsController {
  /** Asks before an inbox goes, and says what becomes of what is in it. */
  async create({ params, view, bouncer }: HttpContext) {
    await bouncer.with(InboxPolicy).authorize('manage')
    const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
    const [open, waiting] = await Promise.all([
      db.from('tickets').where('inbox_id', inbox.id).whereIn('status', ['new', 'open', 'pending', 'snoozed']).count('* as total').first(),
      db.from('deliveries').where('inbox_id', inbox.id).whereIn('state', ['pending', 'held']).count('* as total').first(),
    ])
    return view.render('channels/inboxes/removal', { inbox, open: Number(open.total), waiting: Number(waiting.total) })
  }
}
