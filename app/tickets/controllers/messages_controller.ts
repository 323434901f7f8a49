import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import type { Mailbox } from '#tickets/message_parts'
import type Ticket from '#tickets/ticket'
import { claim, TicketTaken } from '#routing/assignment'
import { transaction } from '#support/transaction'
import Draft from '#tickets/draft'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { sayDone } from '#tickets/pages/said'
import { changedState, ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readSheet } from '#tickets/pages/sheet'
import { directory } from '#tickets/pages/directory'
import { readThread } from '#tickets/pages/thread'
import { readWriting } from '#tickets/pages/writing'
import { StaleReply } from '#tickets/staleness'

const messageValidator = vine.create({
  text: vine.string().trim().minLength(1).maxLength(100_000),
  to: vine.string().maxLength(2000).optional(),
  cc: vine.string().maxLength(2000).optional(),
  bcc: vine.string().maxLength(2000).optional(),
  subject: vine.string().maxLength(500).optional(),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
  status_after: vine.enum(['open', 'pending', 'resolved']).optional(),
  seen_message: vine.number().min(0),
  seen_note: vine.number().min(0),
})

export default class MessagesController {
  /** The thread by itself: for printing, and for pages that are told that it changed. */
  async index(ctx: HttpContext) {
    const state = await changedState(ctx, Number(ctx.params.ticket_id))
    return ctx.view.render('tickets/messages/index', state)
  }

  /** Sends a reply. If something came while it was written, a person decides first (R004). */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const written = await ctx.request.validateUsing(messageValidator)
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]

    try {
      const message = await transaction(async () => {
        await this.#takeIfFree(ctx, ticket)
        return ticket.reply(
          {
            text: written.text,
            to: addresses(written.to),
            cc: addresses(written.cc),
            bcc: addresses(written.bcc),
            subject: written.subject,
            uploadIds,
            statusAfter: written.status_after,
            seen: { messageId: written.seen_message, noteId: written.seen_note },
          },
          { by: ctx.by }
        )
      })
      await Draft.drop({ ticketId: ticket.id, agentId: ctx.by.id, kind: 'reply' })
      return sayDone(
        ctx,
        ticket.id,
        { done: written.status_after === 'resolved' ? 'sent_resolved' : 'sent', values: { to: message.to[0]?.name ?? message.to[0]?.address ?? '' }, undo: { action: `/messages/${message.id}/delivery`, method: 'DELETE' } },
        { composed: () => this.#emptyComposer(ctx, ticket.id) }
      )
    } catch (error) {
      if (!(error instanceof StaleReply)) throw error
      return this.#showWhatIsNew(ctx, ticket.id, { ...written, uploadIds }, error)
    }
  }

  /** Who answers what nobody owns looks after it from then on. A colleague who took it a moment before keeps it. */
  async #takeIfFree(ctx: HttpContext, ticket: Ticket) {
    if (ticket.ownerId !== null || ticket.mergedIntoId) return
    await claim(ticket, ctx.by.id, { by: ctx.by }).catch((error) => {
      if (!(error instanceof TicketTaken)) throw error
    })
  }

  async #emptyComposer(ctx: HttpContext, ticketId: number) {
    const people = await directory()
    const sheet = await readSheet(ticketId, ctx.by, people)
    return readWriting(sheet, await readThread(ticketId, people), ctx.by, 'reply')
  }

  /** The words are kept as a draft, so that nothing is lost whatever is decided. */
  async #showWhatIsNew(ctx: HttpContext, ticketId: number, written: StaleWriting, { messageIds, noteIds }: StaleReply) {
    await Draft.keep({ ticketId, agentId: ctx.by.id, kind: 'reply' }, { text: written.text, envelope: { uploadIds: written.uploadIds } })
    const state = await changedState(ctx, ticketId)
    const fresh = state.thread.items.filter((item) => (item.type === 'message' && messageIds.includes(item.id)) || (item.type === 'note' && noteIds.includes(item.id)))
    ctx.response.status(409).header('HX-Retarget', '#asking').header('HX-Reswap', 'innerHTML').header('HX-Push-Url', 'false')
    const template = ctx.request.header('hx-request') === 'true' ? 'tickets/messages/_stale' : 'tickets/messages/stale'
    return ctx.view.render(template, { ...state, fresh, written })
  }
}

type StaleWriting = { text: string; uploadIds: number[]; to?: string; cc?: string; bcc?: string; subject?: string; status_after?: string }

/** `Anna <anna@posta.cz>, jan@posta.cz` as people write it. */
function addresses(line: string | null | undefined): Mailbox[] {
  return (line ?? '')
    .split(/[,;\n]/)
    .map((part) => /^\s*(?:"?([^"<]*?)"?\s*<)?\s*([^<>\s]+@[^<>\s]+)\s*>?\s*$/.exec(part))
    .filter((match) => match !== null)
    .map(([, name, address]) => ({ address, ...(name ? { name } : {}) }))
}
