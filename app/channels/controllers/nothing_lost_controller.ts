import type { HttpContext } from '@adonisjs/core/http'
import IncomingPolicy from '#channels/incoming_policy'
import { checkNothingLost } from '#channels/nothing_lost'

export default class NothingLostController {
  /** Whether everything that came has its place; counted when the page is opened. */
  async show({ view, bouncer }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('list')
    return view.render('channels/checks/show', { result: await checkNothingLost() })
  }
}
