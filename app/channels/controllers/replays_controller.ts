import type { HttpContext } from '@adonisjs/core/http'
import IncomingPolicy from '#channels/incoming_policy'
import { replay } from '#channels/inbound/gateway'

export default class ReplaysController {
  /** Process again, from the bytes that were kept. */
  async store({ params, bouncer, by, response, session, i18n }: HttpContext) {
    await bouncer.with(IncomingPolicy).authorize('replay')
    await replay(Number(params.id), { by })
    session.flash('done', i18n.t('channels.incoming.replayed'))
    return response.redirect().status(303).back('/admin/incoming')
  }
}
