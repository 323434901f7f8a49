import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { changeFarewell, endFarewell } from '#channels/farewell'
import Inbox from '#channels/inbox'
import InboxPolicy from '#channels/inbox_policy'
import { DateTime } from 'luxon'
import { DomainError } from '#support/domain_error'

const farewellValidator = vine.create({
  text: vine.string().trim().maxLength(5000).nullable().optional(),
  heir_id: vine.number().positive().nullable().optional(),
  /** The last whole day, in the reader's zone. */
  until: vine.string().maxLength(40),
})

/** What the inbox of somebody who has left says and does, as long as it runs. */
export default class FarewellsController {
  async update(ctx: HttpContext) {
    const inbox = await inboxOf(ctx)
    const { text, heir_id: heirId, until } = await ctx.request.validateUsing(farewellValidator)
    const end = DateTime.fromISO(until, { zone: ctx.format.zone }).plus({ days: 1 }).startOf('day')
    if (!end.isValid) throw new DomainError('farewell.errors.past', 422)
    await changeFarewell(inbox, { text: text ?? null, heirId: heirId ?? null, until: end.toUTC() }, { by: ctx.by })
    return said(ctx, inbox, 'changed')
  }

  async destroy(ctx: HttpContext) {
    const inbox = await inboxOf(ctx)
    await endFarewell(inbox, { by: ctx.by })
    return said(ctx, inbox, 'ended')
  }
}

async function inboxOf({ params, bouncer }: HttpContext) {
  await bouncer.with(InboxPolicy).authorize('manage')
  return Inbox.query().where('id', params.id).whereNull('deleted_at').firstOrFail()
}

function said({ session, i18n, response }: HttpContext, inbox: Inbox, done: string) {
  session.flash('done', i18n.t(`farewell.done.${done}`, { inbox: inbox.name }))
  return response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
}
