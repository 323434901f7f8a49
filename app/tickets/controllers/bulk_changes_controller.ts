import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { maySeeInbox } from '#people/access'
import { assign } from '#routing/assignment'
import { DomainError } from '#support/domain_error'
import Ticket from '#tickets/ticket'
import { mustWork } from '#tickets/pages/ticket_page'

const bulkValidator = vine.create({
  ticket_ids: vine.array(vine.number().positive()).minLength(1).maxLength(200),
  act: vine.enum(['take', 'resolve', 'spam', 'tag', 'reopen']),
  tag: vine.string().trim().maxLength(200).optional(),
})

export default class BulkChangesController {
  /** The same for many tickets: each is its own change, so that one which cannot be changed stops no other. */
  async store(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    mustWork(agent)
    const { ticket_ids: ids, act, tag } = await ctx.request.validateUsing(bulkValidator)
    const names = (tag ?? '').split(',').map((name) => name.trim()).filter(Boolean)
    if (act === 'tag' && names.length === 0) throw new DomainError('desk.no_tag', 422)

    const cause = { by: ctx.by }
    let changed = 0
    for (const ticket of await Ticket.query().whereIn('id', ids)) {
      // Out of sight is as if it were not there: it counts as not changed, and stops no other.
      if (!(await maySeeInbox(agent, ticket.inboxId))) continue
      try {
        if (act === 'take') await assign(ticket, { ownerId: agent.id }, cause)
        if (act === 'resolve') await ticket.resolve(cause)
        if (act === 'reopen') await ticket.reopen(cause)
        if (act === 'spam') await ticket.markSpam(cause)
        if (act === 'tag') await ticket.tag({ add: names }, cause)
        changed++
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
      }
    }
    ctx.session.flash('done', ctx.i18n.t('desk.done.bulk', { act, changed, asked: ids.length }))
    return ctx.response.redirect().status(303).back('/')
  }
}
