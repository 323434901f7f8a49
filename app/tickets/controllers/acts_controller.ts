import type { HttpContext } from '@adonisjs/core/http'
import { maySeeInbox } from '#people/access'
import { assignAsBefore } from '#routing/assignment'
import { takeBackAct } from '#tickets/act'
import { sayDone } from '#tickets/pages/said'
import { mustWork } from '#tickets/pages/ticket_page'

/** The one way back: of an act on one ticket or on many, for ten seconds. */
export default class ActsController {
  async destroy(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    mustWork(agent)
    const { ticketIds, changed } = await takeBackAct(Number(ctx.params.id), ctx.by, { assign: assignAsBefore, mayChange: (inboxId) => maySeeInbox(agent, inboxId) })
    const values = { changed, asked: ticketIds.length }
    if (ticketIds.length === 1) return sayDone(ctx, ticketIds[0]!, { done: 'together.done.undone', values })
    ctx.session.flash('done', ctx.i18n.t('together.done.undone', values))
    return ctx.response.redirect().status(303).back('/')
  }
}
