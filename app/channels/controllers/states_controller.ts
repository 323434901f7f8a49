import { errors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Inbox from '#channels/inbox'
import { readState, stateView } from '#channels/inbox_state'
import InboxPolicy from '#channels/inbox_policy'
import { pluginRegistry } from '#plugins/registry'
import { sayReason, storeReason } from '#plugins/reasons'
import { record } from '#support/events'
import { within } from '#support/patience'
import { transaction } from '#support/transaction'

const ACT_SECONDS = 5

/** What a channel shows of its own on an inbox's settings page (a QR code, a live state), and what its buttons do. */
export default class StatesController {
  /** Asked again while the page is open; whoever comes by the address alone is sent to that page. */
  async show(ctx: HttpContext) {
    const inbox = await inboxOf(ctx)
    if (ctx.request.header('hx-request') !== 'true') return ctx.response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
    return ctx.view.render(stateView, { inbox, live: await readState(ctx, inbox) })
  }

  async store(ctx: HttpContext) {
    const inbox = await inboxOf(ctx)
    const { request, response, session, i18n, by } = ctx
    const name = String(request.input('act', ''))
    const acts = pluginRegistry.channel(inbox.channel)?.panel?.acts ?? {}
    if (!Object.hasOwn(acts, name)) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])

    const refused = await within(ACT_SECONDS, acts[name](pluginRegistry.inboxFor(inbox)), () => new Error('No answer'))
    if (refused) session.flash('alert', sayReason(i18n, storeReason(inbox.channel, refused)))
    else await transaction(() => record('inbox:acted', { inboxId: inbox.id, channel: inbox.channel, act: name }, { by }))
    return response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
  }
}

async function inboxOf({ params, bouncer, request }: HttpContext): Promise<Inbox> {
  await bouncer.with(InboxPolicy).authorize('manage')
  const inbox = await Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
  if (!pluginRegistry.channel(inbox.channel)?.panel) throw new errors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
  return inbox
}
