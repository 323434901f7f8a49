import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import Draft, { type DraftKind } from '#tickets/draft'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'

const draftValidator = vine.create({
  text: vine.string().maxLength(100_000).nullable().optional(),
  to: vine.string().maxLength(2000).nullable().optional(),
  cc: vine.string().maxLength(2000).nullable().optional(),
  bcc: vine.string().maxLength(2000).nullable().optional(),
  subject: vine.string().maxLength(500).nullable().optional(),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
})

export default class DraftsController {
  /** Keeps what is being written, every few seconds; answers with the words for "saved 14:02". */
  async update(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const kind: DraftKind = ctx.params.kind === 'note' ? 'note' : 'reply'
    const written = await ctx.request.validateUsing(draftValidator)
    const line = (value: string | null | undefined) => (value ? value.split(/[,;]/).map((part) => part.trim()).filter(Boolean) : undefined)
    const at = await Draft.keep(
      { ticketId: ticket.id, agentId: ctx.by.id, kind },
      { text: written.text ?? '', envelope: { to: line(written.to), cc: line(written.cc), bcc: line(written.bcc), subject: written.subject ?? undefined, uploadIds: written.upload_ids } }
    )
    ctx.response.header('Content-Type', 'text/plain; charset=utf-8')
    return at ? ctx.i18n.t('desk.saved', { time: ctx.format.clock(at) }) : ''
  }

  async destroy(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    await Draft.drop({ ticketId: ticket.id, agentId: ctx.by.id, kind: ctx.params.kind === 'note' ? 'note' : 'reply' })
    return ctx.response.redirect().status(303).toPath(`/tickets/${ticket.id}`)
  }
}
