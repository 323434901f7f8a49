import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Draft from '#tickets/draft'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { peopleIn } from '#tickets/pages/people_in'
import { sideOf } from '#tickets/pages/side_page'
import { mustWork } from '#tickets/pages/ticket_page'

const messageValidator = vine.create({
  text: vine.string().trim().minLength(1).maxLength(100_000),
  to: vine.string().maxLength(2000).nullable().optional(),
  cc: vine.string().maxLength(2000).nullable().optional(),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
  seen_message: vine.number().min(0),
})

export default class SideMessagesController {
  /** Goes on with a side conversation. Nobody is in copy unless they are named here. */
  async store(ctx: HttpContext) {
    mustWork(ctx.auth.getUserOrFail())
    const { side } = await sideOf(ctx)
    const written = await ctx.request.validateUsing(messageValidator)
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]
    await Draft.keep({ ticketId: side.id, agentId: ctx.by.id, kind: 'reply' }, { text: written.text, envelope: { uploadIds } })
    const message = await side.reply(
      { text: written.text, to: peopleIn(written.to), cc: peopleIn(written.cc), uploadIds, seen: { messageId: written.seen_message, noteId: Number.MAX_SAFE_INTEGER } },
      { by: ctx.by }
    )
    await Draft.drop({ ticketId: side.id, agentId: ctx.by.id, kind: 'reply' })
    ctx.session.flash('done', ctx.i18n.t('desk.done.sent', { to: message.to[0]?.name ?? message.to[0]?.address ?? '' }))
    ctx.session.flash('undo', JSON.stringify({ action: `/messages/${message.id}/delivery`, method: 'DELETE' }))
    return ctx.response.redirect().status(303).toPath(`/sides/${side.id}`)
  }
}
