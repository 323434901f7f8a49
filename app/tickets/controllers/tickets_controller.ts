import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import vine from '@vinejs/vine'
import Inbox from '#channels/inbox'
import { findOrCreateCustomer } from '#customers/identity'
import { narrowToInboxes } from '#people/access'
import { assign } from '#routing/assignment'
import { transaction } from '#support/transaction'
import { openTicket } from '#tickets/open_ticket'
import { seeTicket } from '#notifications/pages/bell'
import { directory } from '#tickets/pages/directory'
import { knownView, readList } from '#tickets/pages/list'
import { mustSee, mustWork, ticketState } from '#tickets/pages/ticket_page'

const ticketValidator = vine.create({
  inbox_id: vine.number().positive(),
  email: vine.string().trim().email().maxLength(254),
  name: vine.string().trim().maxLength(200).nullable().optional(),
  subject: vine.string().trim().minLength(1).maxLength(500),
  text: vine.string().trim().minLength(1).maxLength(100_000),
})

export default class TicketsController {
  /** Writing to somebody first. */
  async create(ctx: HttpContext) {
    mustWork(ctx.auth.getUserOrFail())
    const inboxes = db.from('inboxes').whereNull('deleted_at').orderBy('name').select('id', 'name', 'address')
    await narrowToInboxes(inboxes, ctx.auth.getUserOrFail(), 'id')
    return ctx.view.render('tickets/create', { inboxes: await inboxes })
  }

  async store(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    mustWork(agent)
    const written = await ctx.request.validateUsing(ticketValidator)
    const inbox = await Inbox.query().where('id', written.inbox_id).whereNull('deleted_at').firstOrFail()
    await mustSee(agent, inbox.id)

    const ticket = await transaction(async () => {
      const customer = await findOrCreateCustomer({ kind: 'email', value: written.email, name: written.name }, { by: ctx.by })
      const opened = await openTicket({ inboxId: inbox.id, channel: inbox.channel, customerId: customer.id, subject: written.subject, status: 'open' }, { by: ctx.by })
      await assign(opened, { ownerId: agent.id }, { by: ctx.by })
      await opened.reply({ text: written.text, subject: written.subject, to: [{ address: written.email, ...(written.name ? { name: written.name } : {}) }], statusAfter: 'pending' }, { by: ctx.by })
      return opened
    })
    ctx.session.flash('done', ctx.i18n.t('desk.done.sent', { to: written.name || written.email }))
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}`)
  }

  /** A ticket beside the list it was opened from; the list is read only when the whole page is drawn. */
  async show(ctx: HttpContext) {
    const agent = ctx.auth.getUserOrFail()
    const asked = String(ctx.request.input('view', 'waiting'))
    const state = await ticketState(ctx, Number(ctx.params.id))
    // A side conversation is read on its own page; a merged ticket shows the way, unless one came to look at it.
    if (state.sheet.sideOfId) return ctx.response.redirect(`/sides/${state.sheet.id}`)
    if (state.sheet.mergedIntoId && !ctx.request.input('stay')) return ctx.response.redirect().withQs().toPath(`/tickets/${state.sheet.mergedIntoId}`)
    const view = await knownView(asked, agent)
    await seeTicket(ctx, agent.id, state.sheet.id)
    return ctx.view.render('tickets/show', { ...state, currentView: view, readList: async () => ({ list: await readList(ctx, agent, view), people: await directory() }) })
  }
}
