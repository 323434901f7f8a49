import type { DateTime } from 'luxon'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { eachRow } from '#support/each_row'
import { record } from '#support/events'
import { insertRows } from '#support/inserting'
import { storable } from '#support/storable'
import { poke } from '#support/pokes'
import { afterCommit, beforeCommit, onceInTransaction, openTransaction, transaction } from '#support/transaction'
import type { AttachedFile } from '#tickets/attachment'
import { attachFiles } from '#tickets/attachment'
import type { Authentication, Bounce, ForwardedFrom, Invitation, Mailbox, Protection, SpamVerdict } from '#tickets/message_parts'
import { previewOf } from '#tickets/preview'
import { sideAnswered } from '#tickets/side_thread'
import type Ticket from '#tickets/ticket'
import type { Assignable } from './assignable.js'

type Superclass = ReturnType<typeof Assignable>

/** A message that came in, read and cleaned; or one of ours that was sent by another program. */
export interface InboundMessage {
  readonly kind: 'inbound' | 'bounce' | 'reply'
  readonly inboxId: number
  readonly author: { readonly kind: 'customer' | 'agent' | 'system'; readonly id: string | null }
  readonly fromName?: string | null
  readonly fromAddress?: string | null
  readonly to?: readonly Mailbox[]
  readonly cc?: readonly Mailbox[]
  readonly replyTo?: readonly Mailbox[]
  readonly subject?: string | null
  readonly text: string
  readonly visibleText?: string | null
  /** The words that a list row begins with, where a channel's marks were taken out of them. Default: the visible text. */
  readonly preview?: string
  /** Sanitised (tickets/mail_html.ts). */
  readonly html?: string | null
  readonly remoteImages?: number
  readonly externalId?: string | null
  readonly inReplyTo?: string | null
  readonly references?: readonly string[]
  readonly fingerprint?: string | null
  /** Machine, list or vacation notice: recorded, and starts nothing. */
  readonly automatic?: boolean
  readonly invitation?: Invitation | null
  readonly protection?: Protection | null
  readonly automaticKind?: string | null
  /** Who had no part in this ticket before. */
  readonly newParticipant?: boolean
  readonly forwardedFrom?: ForwardedFrom | null
  readonly bounce?: Bounce | null
  readonly spam?: SpamVerdict | null
  readonly authentication?: Authentication | null
  readonly incomingItemId?: number | null
  /** Kept reasons: what the channel says of it besides its words. */
  readonly remarks?: readonly string[]
  /** What the sender says; ms. */
  readonly sentAt?: number | null
  /** When we got it; ms. */
  readonly receivedAt: number
  readonly files?: readonly AttachedFile[]
  /** Whether it brings a waiting or finished ticket back to us. Default: unless automatic. */
  readonly reopens?: boolean
}

/** The same message is there already; nothing was written. */
export class DuplicateMessage extends Error {}

/** What happens when the customer writes. */
export const Receiving = <T extends Superclass>(superclass: T) => {
  class ReceivingTicket extends superclass {
    /**
     * Appends a message that came in and does what follows from it: counters, since when we are
     * waited for, the return of a waiting or finished ticket, scheduled replies held for a person.
     *
     * @returns the message's id
     * @throws DuplicateMessage when its fingerprint is known in this inbox
     */
    async receive(message: InboundMessage, cause: Cause): Promise<number> {
      return transaction(async () => {
        const id = await insertMessage(this.id, message)
        if (message.files?.length) await attachFiles({ messageId: id }, message.files)

        const fromCustomer = message.author.kind === 'customer'
        // What a side conversation asks of people shows on its ticket; it never waits by itself.
        const wakes = !this.sideOfId && (message.reopens ?? (fromCustomer && !message.automatic))
        const from = this.status
        const returns = wakes && !['new', 'open', 'spam'].includes(from)
        if (returns) {
          this.leaveStatus()
          this.status = 'open'
        }
        if (fromCustomer) {
          this.lastInboundId = id
          this.lastCustomerMessageAt = now()
          this.preview = previewOf(storable(message.preview ?? message.visibleText ?? message.text))
        }
        if (wakes && this.status !== 'spam') {
          const answered = this.lastAgentMessageAt && (!this.waitingSinceAt || this.waitingSinceAt <= this.lastAgentMessageAt)
          if (returns || !this.waitingSinceAt || answered) this.waitingSinceAt = now()
          this.remindAt = null
          await this.#holdScheduled(cause)
        }
        await this.keep({ message_count: 1, attachment_count: shownFiles(message) })

        await this.tell('message:received', { messageId: id }, cause)
        if (returns && (from === 'resolved' || from === 'closed')) await this.tell('ticket:reopened', {}, cause)
        else if (returns) await this.tell('ticket:opened_again', { from }, cause)
        if (this.sideOfId) await sideAnswered(this as unknown as Ticket, id, { automatic: Boolean(message.automatic) }, cause)
        return id
      })
    }

    /**
     * Appends the customer's message for which the ticket was opened in this transaction, and which was counted then.
     *
     * @returns the message's id
     * @throws DuplicateMessage when its fingerprint is known in this inbox
     */
    async receiveFirst(message: InboundMessage, cause: Cause): Promise<number> {
      const id = await insertMessage(this.id, message)
      if (message.files?.length) await attachFiles({ messageId: id }, message.files)
      this.lastInboundId = id
      this.$original.lastInboundId = id
      await rememberFirst(this.id, id)
      await this.tell('message:received', { messageId: id }, cause)
      afterCommit(() => poke([`ticket-${this.id}`]))
      return id
    }

    /**
     * Takes in a message from before: it keeps its own time, and nothing follows from it. A ticket that is at work
     * stays as it is but for its counts.
     *
     * @throws DuplicateMessage when its fingerprint is known in this inbox
     */
    async remember(message: InboundMessage, at: DateTime, cause: Cause): Promise<number> {
      return transaction(async (trx) => {
        const ms = at.toMillis()
        const id = await insertMessage(this.id, message, ms)
        if (message.files?.length) await attachFiles({ messageId: id }, message.files)

        const row = await trx.from('tickets').where('id', this.id).select('status', 'created_at', 'updated_at', 'closed_at', 'last_customer_message_at', 'last_agent_message_at').firstOrFail()
        const later = (column: string) => Math.max(ms, Number(row[column] ?? 0))
        const column = message.kind === 'reply' ? 'last_agent_message_at' : 'last_customer_message_at'
        const isNewest = message.kind !== 'bounce' && ms >= Math.max(Number(row.last_customer_message_at ?? 0), Number(row.last_agent_message_at ?? 0))
        const finished = row.status === 'closed'
        await trx
          .from('tickets')
          .where('id', this.id)
          .update({
            message_count: trx.raw('message_count + 1'),
            attachment_count: trx.raw('attachment_count + ?', [shownFiles(message)]),
            version: trx.raw('version + 1'),
            ...(message.kind === 'bounce' ? {} : { [column]: later(column) }),
            ...(finished ? { created_at: Math.min(ms, Number(row.created_at)), updated_at: later('updated_at'), closed_at: later('closed_at') } : {}),
            ...(finished && isNewest ? { preview: previewOf(storable(message.preview ?? message.visibleText ?? message.text)) } : {}),
          })
        await this.tell('message:received', { messageId: id }, cause)
        afterCommit(() => poke([`ticket-${this.id}`]))
        return id
      })
    }

    /** A reply planned for later may no longer fit what the customer has just written (M009). */
    async #holdScheduled(cause: Cause) {
      const trx = openTransaction()
      const planned = await trx
        .from('deliveries')
        .join('messages', 'messages.id', 'deliveries.message_id')
        .where('messages.ticket_id', this.id)
        .where('deliveries.state', 'pending')
        .where('deliveries.attempts', 0)
        .whereNotNull('deliveries.planned_at')
        .select('deliveries.id', 'deliveries.message_id')

      for (const { id, message_id: messageId } of planned) {
        const held = await trx.from('deliveries').where('id', id).where('state', 'pending').update({ state: 'held', updated_at: nowMs() })
        if (Number(held) === 1) await record('message:held', { ticketId: this.id, messageId }, { ...cause, by: null }, { ticket: this.facts })
      }
    }
  }

  return ReceivingTicket
}

/** Files that a ticket counts; pictures of the text are part of it. */
export function shownFiles(message: InboundMessage): number {
  return message.files?.filter((file) => !file.inline).length ?? 0
}

/** The number of its first message is known later than the ticket; those of one transaction are written together. */
async function rememberFirst(ticketId: number, messageId: number) {
  const firsts = await onceInTransaction('first messages', async () => {
    const opened = new Map<number, number>()
    beforeCommit(() => writeFirsts(opened))
    return opened
  })
  firsts.set(ticketId, messageId)
}

/** One that has got another message meanwhile keeps that one. */
async function writeFirsts(firsts: ReadonlyMap<number, number>) {
  const { sql, bindings } = eachRow('bigint', [...firsts])
  const holes = [...firsts].map(() => '?').join(', ')
  await openTransaction().rawQuery(`update tickets set last_inbound_id = ${sql} where id in (${holes}) and last_inbound_id is null`, [...bindings, ...firsts.keys()] as number[])
}

/** @param createdAt - ms; where it stands in the thread */
async function insertMessage(ticketId: number, received: InboundMessage, createdAt = nowMs()): Promise<number> {
  const message = storable(received)
  const row = {
    'ticket_id': ticketId,
    'inbox_id': message.inboxId,
    'kind': message.kind,
    'author_kind': message.author.kind,
    'author_id': message.author.id,
    'from_name': message.fromName?.slice(0, 300) ?? null,
    'from_address': message.fromAddress?.slice(0, 320) ?? null,
    'to': JSON.stringify(message.to ?? []),
    'cc': JSON.stringify(message.cc ?? []),
    'reply_to': JSON.stringify(message.replyTo ?? []),
    'subject': message.subject?.slice(0, 1000) ?? null,
    'text': message.text,
    'visible_text': message.visibleText === message.text ? null : (message.visibleText ?? null),
    'html': message.html ?? null,
    'external_id': message.externalId?.slice(0, 998) ?? null,
    'in_reply_to': message.inReplyTo?.slice(0, 998) ?? null,
    'references': JSON.stringify(message.references ?? []),
    'fingerprint': message.fingerprint ?? null,
    'automatic': message.automatic ? 1 : 0,
    'automatic_kind': message.automaticKind?.slice(0, 12) ?? null,
    'new_participant': message.newParticipant ? 1 : 0,
    'remote_images': message.remoteImages ?? 0,
    'invitation': message.invitation ? JSON.stringify(message.invitation) : null,
    'protection': message.protection ?? null,
    'forwarded_from': message.forwardedFrom ? JSON.stringify(message.forwardedFrom) : null,
    'bounce': message.bounce ? JSON.stringify(message.bounce) : null,
    'spam': message.spam ? JSON.stringify(message.spam) : null,
    'authentication': message.authentication ? JSON.stringify(message.authentication) : null,
    'remarks': message.remarks?.length ? JSON.stringify(message.remarks) : null,
    'incoming_item_id': message.incomingItemId ?? null,
    'sent_at': message.sentAt ?? null,
    'received_at': message.receivedAt,
    'created_at': createdAt,
  }
  const rows = await insertRows('messages', [row], { unless: ['inbox_id', 'fingerprint'], returning: ['id'] })
  if (rows.length === 0) throw new DuplicateMessage()
  return rows[0].id
}
