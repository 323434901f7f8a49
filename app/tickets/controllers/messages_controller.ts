import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import type { Infer } from '@vinejs/vine/types'
import { DateTime } from 'luxon'
import type Ticket from '#tickets/ticket'
import { claim, TicketTaken } from '#routing/assignment'
import { isCovered, takeBack } from '#routing/coverage/keeping'
import db from '@adonisjs/lucid/services/db'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { reading, transaction } from '#support/transaction'
import { promisesAttachment } from '#tickets/attachment_promise'
import Draft from '#tickets/draft'
import { keepSentFiles } from '#tickets/pages/sent_files'
import { peopleIn } from '#tickets/pages/people_in'
import { nextInList } from '#tickets/pages/list'
import { pageOf, sayDone, sayDoneAt, type Said } from '#tickets/pages/said'
import { inboxToAnswerBy } from '#tickets/composition'
import { filledTemplate } from '#channels/filled_template'
import { readableAddress } from '#tickets/pages/way'
import { changedState, mustSee, ticketToWorkOn } from '#tickets/pages/ticket_page'
import { readSheet } from '#tickets/pages/sheet'
import { directory } from '#tickets/pages/directory'
import { readThread, type Thread } from '#tickets/pages/thread'
import { readWriting } from '#tickets/pages/writing'
import { StaleReply } from '#tickets/staleness'

const messageValidator = vine.create({
  /** May be empty where a file says it all; the verb decides. */
  text: vine.string().trim().maxLength(100_000).nullable().optional(),
  inbox_id: vine.number().positive().optional(),
  template: vine.object({ name: vine.string().maxLength(200), language: vine.string().maxLength(20), parameters: vine.array(vine.string().trim().maxLength(1000).nullable()).maxLength(20).optional() }).optional(),
  to: vine.string().maxLength(2000).optional(),
  cc: vine.string().maxLength(2000).optional(),
  bcc: vine.string().maxLength(2000).optional(),
  subject: vine.string().maxLength(500).optional(),
  upload_ids: vine.array(vine.number().positive()).maxLength(20).optional(),
  status_after: vine.enum(['open', 'pending', 'resolved']).optional(),
  /** Goes on to the next ticket of the list after it. */
  then: vine.enum(['next']).optional(),
  /** `later`: not before `send_at`, a moment in the writer's zone. */
  later: vine.literal('1').optional(),
  send_at: vine.string().maxLength(40).optional(),
  /** The writer is away and somebody stands in: whose it is from now on (B11). */
  cover: vine.enum(['take_back', 'leave']).optional(),
  /** `remind`: waits for the customer, and comes back at `remind_at` without an answer. */
  remind: vine.literal('1').optional(),
  remind_at: vine.string().maxLength(40).optional(),
  /** The writer has said that nothing is to be attached. */
  no_files: vine.literal('1').optional(),
  seen_message: vine.number().min(0),
  seen_note: vine.number().min(0),
})

export default class MessagesController {
  /** The thread by itself: for pages that are told that it changed, and for paper, which is handed on: without notes and history unless asked. */
  async index(ctx: HttpContext) {
    const state = await changedState(ctx, Number(ctx.params.ticket_id))
    const withNotes = ctx.request.input('notes') === '1'
    if (ctx.request.header('hx-request') === 'true' || withNotes) return ctx.view.render('tickets/messages/index', { ...state, withNotes })
    return ctx.view.render('tickets/messages/index', { ...state, thread: forPaper(state.thread), withNotes })
  }

  /** Sends a reply. If something came while it was written, a person decides first (R004). */
  async store(ctx: HttpContext) {
    const ticket = await ticketToWorkOn(ctx)
    const sent = await ctx.request.validateUsing(messageValidator)
    if (sent.inbox_id) await mustSee(ctx.auth.getUserOrFail(), sent.inbox_id)
    const inboxId = sent.inbox_id ?? (await inboxToAnswerBy(ticket, reading()))
    const filled = sent.template ? await filledTemplate(inboxId, sent.template) : null
    const written = { ...sent, text: filled?.text ?? sent.text ?? '' }
    const uploadIds = [...(written.upload_ids ?? []), ...(await keepSentFiles(ctx))]

    if (!written.no_files && !filled && uploadIds.length === 0 && promisesAttachment(written.text)) return this.#askAboutFiles(ctx, ticket.id, written)

    if (!written.cover && isCovered(ticket, ctx.by.id)) return this.#askAboutCover(ctx, ticket.id, { ...written, uploadIds })

    const sendAt = written.later ? await this.#moment(ctx, ticket.id, written, written.send_at) : undefined
    const remindAt = written.remind ? await this.#moment(ctx, ticket.id, written, written.remind_at) : undefined
    const next = written.then ? await nextInList(ctx.auth.getUserOrFail(), ticket.id, pageOf(ctx)) : null
    try {
      const message = await transaction(async () => {
        if (written.cover === 'take_back') await takeBack(ticket, ctx.by.id, { by: ctx.by })
        await this.#takeIfFree(ctx, ticket)
        const sent = await ticket.reply(
          {
            text: written.text,
            to: peopleIn(written.to),
            cc: peopleIn(written.cc),
            bcc: peopleIn(written.bcc),
            subject: written.subject,
            inboxId: written.inbox_id,
            template: filled?.template,
            uploadIds,
            sendAt,
            statusAfter: written.status_after,
            seen: { messageId: written.seen_message, noteId: written.seen_note },
          },
          { by: ctx.by }
        )
        if (remindAt) await ticket.remindUnlessAnswered(remindAt, { by: ctx.by })
        return sent
      })
      // A template leaves the words that were begun as they are.
      if (!filled) await Draft.drop({ ticketId: ticket.id, agentId: ctx.by.id, kind: 'reply' })
      const said: Said = {
        done: sendAt ? 'scheduled' : written.status_after === 'resolved' ? 'sent_resolved' : 'sent',
          values: { to: message.to[0] ? readableAddress(message.to[0]) : '', time: sendAt ? ctx.format.ahead(sendAt.toMillis()) : '' },
          ...(await wayBack(message.id, Boolean(sendAt))),
      }
      return next ? sayDoneAt(ctx, next.href, said) : sayDone(ctx, ticket.id, said, { composed: () => this.#emptyComposer(ctx, ticket.id) })
    } catch (error) {
      if (!(error instanceof StaleReply)) throw error
      return this.#showWhatIsNew(ctx, ticket.id, { ...written, uploadIds }, error)
    }
  }

  /** Who answers what nobody owns looks after it from then on. A colleague who took it a moment before keeps it. */
  async #takeIfFree(ctx: HttpContext, ticket: Ticket) {
    const free = ticket.ownerId === null || (ticket.actingTeamId !== null && ticket.ownerId !== ctx.by.id)
    if (!free || ticket.mergedIntoId) return
    await claim(ticket, ctx.by.id, { by: ctx.by }).catch((error) => {
      if (!(error instanceof TicketTaken)) throw error
    })
  }

  async #emptyComposer(ctx: HttpContext, ticketId: number) {
    const people = await directory()
    const sheet = await readSheet(ticketId, ctx.by, people)
    return readWriting(sheet, await readThread(ticketId, people), ctx.auth.getUserOrFail(), 'reply')
  }

  /** A moment in the writer's zone. One that has passed is refused, with the words kept. */
  async #moment(ctx: HttpContext, ticketId: number, written: Written, moment: string | undefined): Promise<DateTime> {
    const at = DateTime.fromISO(moment ?? '', { zone: ctx.format.zone })
    if (at.isValid && at > now()) return at.toUTC()
    await Draft.keep({ ticketId, agentId: ctx.by.id, kind: 'reply' }, { text: written.text, envelope: { uploadIds: written.upload_ids } })
    throw new DomainError('tickets.errors.send_past', 422)
  }

  /** A file is spoken of and none is attached: asked once, before anything leaves (M011). */
  async #askAboutFiles(ctx: HttpContext, ticketId: number, written: Written) {
    await Draft.keep({ ticketId, agentId: ctx.by.id, kind: 'reply' }, { text: written.text })
    return this.#ask(ctx, 'files', { ...(await changedState(ctx, ticketId)), written: { ...written, uploadIds: [], no_files: '1' }, seen: { messageId: written.seen_message, noteId: written.seen_note } })
  }

  /** The owner is away and somebody works on it: nothing happens silently. */
  async #askAboutCover(ctx: HttpContext, ticketId: number, written: StaleWriting) {
    await Draft.keep({ ticketId, agentId: ctx.by.id, kind: 'reply' }, { text: written.text, envelope: { uploadIds: written.uploadIds } })
    return this.#ask(ctx, 'covered', { ...(await changedState(ctx, ticketId)), written, seen: { messageId: written.seen_message, noteId: written.seen_note } })
  }

  /** A question instead of an answer: as a dialog over the page, or as a page of its own without JavaScript. */
  #ask(ctx: HttpContext, about: 'stale' | 'files' | 'covered', state: Record<string, unknown>) {
    ctx.response.status(409).header('HX-Retarget', '#asking').header('HX-Reswap', 'innerHTML').header('HX-Push-Url', 'false')
    const template = ctx.request.header('hx-request') === 'true' ? `tickets/messages/_${about}` : `tickets/messages/${about}`
    return ctx.view.render(template, state)
  }

  /** The words are kept as a draft, so that nothing is lost whatever is decided. */
  async #showWhatIsNew(ctx: HttpContext, ticketId: number, written: StaleWriting, { messageIds, noteIds }: StaleReply) {
    await Draft.keep({ ticketId, agentId: ctx.by.id, kind: 'reply' }, { text: written.text, envelope: { uploadIds: written.uploadIds } })
    const state = await changedState(ctx, ticketId)
    const fresh = state.thread.items.filter((item) => (item.type === 'message' && messageIds.includes(item.id)) || (item.type === 'note' && noteIds.includes(item.id)))
    return this.#ask(ctx, 'stale', { ...state, fresh, written, seen: state.thread.seen })
  }
}

/** What both sides have said, and nothing of what is ours alone: paper gets into other hands. */
function forPaper(thread: Thread): Thread {
  return { ...thread, items: thread.items.filter((item) => item.type === 'message') }
}

/** Undo, for as long as it does anything; without a window nothing is offered that would come too late. */
async function wayBack(messageId: number, planned: boolean): Promise<Pick<Said, 'undo'>> {
  const form = { action: `/messages/${messageId}/delivery`, method: 'DELETE' }
  if (planned) return { undo: form }
  const { due_at: dueAt } = await db.from('deliveries').where('message_id', messageId).select('due_at').firstOrFail()
  const ms = Number(dueAt) - nowMs()
  return ms > 0 ? { undo: { ...form, ms } } : {}
}

type Written = Infer<typeof messageValidator> & { text: string }
type StaleWriting = Written & { uploadIds: number[] }
