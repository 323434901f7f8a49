import type { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { storable } from '#support/storable'
import { leaves, openTransaction, transaction } from '#support/transaction'
import { attachFiles, attachUploads, type AttachedFile } from '#tickets/attachment'
import { isChat, mustBeAcceptable, termsOf } from '#tickets/channel_terms'
import { composeReply, inboxToAnswerBy, type Way } from '#tickets/composition'
import { linkFiles } from '#tickets/file_link'
import { wordsIn } from '#tickets/formatting'
import type { Mailbox } from '#tickets/message_parts'
import Message from '#tickets/message'
import { previewOf } from '#tickets/preview'
import { referenceFor } from '#tickets/reference'
import { checkSideRecipients, sideWritten } from '#tickets/side_thread'
import { stopIfStale, type Seen } from '#tickets/staleness'
import type Ticket from '#tickets/ticket'
import type { Receiving } from './receiving.js'

type Superclass = ReturnType<typeof Receiving>

export interface Reply {
  /** The agent's own words; signature and quoted history are added here. */
  readonly text: string
  /** Sanitised before it is sent; made of the text when absent. */
  readonly html?: string | null
  readonly to?: readonly Mailbox[]
  readonly cc?: readonly Mailbox[]
  readonly bcc?: readonly Mailbox[]
  readonly subject?: string
  readonly uploadIds?: readonly number[]
  readonly files?: readonly AttachedFile[]
  /** Not before this moment. Absent: after the inbox's undo window. */
  readonly sendAt?: DateTime
  readonly statusAfter?: 'open' | 'pending' | 'resolved'
  /** What the writer had on the page; anything newer stops the reply (R004, M001). */
  readonly seen?: Seen
  /** Written by a rule or the system, not by a person. */
  readonly automatic?: boolean
  /** Leaves by another inbox than the ticket's own (R210); its answer comes home to this ticket. */
  readonly inboxId?: number
  /** By a text that the provider approved, each placeholder filled; `text` is what the customer will read. */
  readonly template?: { readonly name: string; readonly language: string; readonly parameters: readonly string[] }
}

/** Answering the customer: the message and its delivery are one commit. */
export const Replyable = <T extends Superclass>(superclass: T) => {
  class ReplyableTicket extends superclass {
    /**
     * Writes a reply and the row that sends it.
     *
     * @throws StaleReply when something came that `seen` does not know
     * @throws DomainError without a recipient, without words, on a merged ticket; when the channel would not take it; for an automatic one, where a loop was seen
     */
    async reply(reply: Reply, cause: Cause): Promise<Message> {
      if (!this.sideOfId || reply.statusAfter) this.mustBeWhole()
      if (reply.automatic && this.automationStoppedAt) throw new DomainError('tickets.errors.automation_stopped', 409)

      return transaction(async (trx) => {
        // The write comes first: it locks the ticket, so that what `seen` is compared with stands still.
        await trx.from('tickets').where('id', this.id).update({ updated_at: nowMs() })
        if (reply.seen) await stopIfStale(this.id, reply.seen)

        const way = await this.#way(reply.inboxId ?? (await inboxToAnswerBy(this)))
        // A picture says enough in a chat; a letter has words.
        const silent = isChat(way.terms) && (reply.uploadIds?.length || reply.files?.length)
        if (reply.text.trim() === '' && !reply.html && !silent) throw new DomainError('tickets.errors.empty_reply', 422)
        await this.#mustBeAcceptable(reply, way, cause)
        const composed = await composeReply(this, storable(reply), cause, way)
        if (this.sideOfId) await checkSideRecipients(this as unknown as Ticket, [...composed.to, ...composed.cc, ...composed.bcc])
        const message = await Message.create(
          {
            ...composed,
            ticketId: this.id,
            inboxId: way.inboxId,
            kind: reply.automatic ? 'auto_reply' : 'reply',
            authorKind: cause.by?.kind ?? 'system',
            authorId: cause.by ? String(cause.by.id) : null,
            automatic: reply.automatic ? 1 : 0,
            createdAt: now(),
          },
          { client: trx }
        )
        const files = await this.#attach(message.id, reply, cause)
        if (files > 0 && !isChat(way.terms)) await linkFiles(message.id, way.inboxId)
        await this.#queue(message.id, way.inboxId, reply.sendAt)
        await this.#answered(message, reply, files, way)
        await this.tell('message:queued', { messageId: message.id }, cause)
        if (this.sideOfId) await sideWritten(this as unknown as Ticket, message, cause)
        if (reply.statusAfter === 'resolved') await this.resolve(cause)
        if (reply.statusAfter === 'pending') await this.waitFor('customer', cause)
        return message
      })
    }

    async #attach(messageId: number, { uploadIds = [], files = [] }: Reply, { by }: Cause): Promise<number> {
      if (files.length > 0) await attachFiles({ messageId }, files)
      if (uploadIds.length === 0) return files.length
      if (by?.kind !== 'agent') throw new DomainError('tickets.errors.upload_gone', 422)
      return files.length + (await attachUploads({ messageId }, uploadIds, by.id))
    }

    async #way(inboxId: number): Promise<Way> {
      const inbox = await openTransaction().from('inboxes').where('id', inboxId).select('channel', 'config').firstOrFail()
      return { inboxId, channel: inbox.channel, terms: termsOf(inbox) }
    }

    async #mustBeAcceptable(reply: Reply, { inboxId, terms }: Way, { by }: Cause) {
      if (!terms || !isChat(terms)) return
      const uploads = reply.uploadIds?.length && by?.kind === 'agent' ? await openTransaction().from('uploads').whereIn('id', [...reply.uploadIds]).where('agent_id', by.id).select('name', 'type', 'bytes') : []
      const files = [...uploads.map(({ name, type, bytes }) => ({ name, type, bytes: Number(bytes) })), ...(reply.files ?? [])]
      await mustBeAcceptable(
        {
          text: reply.template ? '' : reply.text.trim(),
          copies: Boolean(reply.cc?.length || reply.bcc?.length),
          automatic: reply.automatic === true || by?.kind !== 'agent',
          template: reply.template !== undefined,
          files,
          leavesAt: reply.sendAt?.toMillis() ?? nowMs(),
        },
        { terms, inboxId, customerId: this.customerId }
      )
    }

    async #queue(messageId: number, inboxId: number, sendAt?: DateTime) {
      const trx = openTransaction()
      const inbox = await trx.from('inboxes').where('id', inboxId).select('undo_seconds').first()
      const at = nowMs()
      await trx.insertQuery().table('deliveries').insert({
        message_id: messageId,
        inbox_id: inboxId,
        reference: referenceFor(this.id, messageId),
        state: 'pending',
        due_at: sendAt ? Math.max(sendAt.toMillis(), at) : at + Number(inbox?.undo_seconds ?? 0) * 1000,
        planned_at: sendAt && sendAt.toMillis() > at ? sendAt.toMillis() : null,
        created_at: at,
        updated_at: at,
      })
      leaves('deliveries')
    }

    /** What an answer changes on the ticket itself. */
    async #answered(message: Message, reply: Reply, files: number, { terms }: Way) {
      // A confirmation of receipt answers nothing: the customer still waits.
      if (!reply.automatic) {
        this.lastAgentMessageAt = now()
        this.firstResponseAt ??= now()
        this.preview = previewOf(wordsIn(message.visibleText ?? message.text, terms))
        if (reply.statusAfter === 'open' && this.status !== 'open') this.leaveStatus()
        if (this.status === 'new' || reply.statusAfter === 'open') this.status = 'open'
        if (this.status === 'open') this.waitingSinceAt = now()
      }
      await this.keep({ message_count: 1, attachment_count: files })
    }
  }

  return ReplyableTicket
}
