import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { storable } from '#support/storable'
import { openTransaction, transaction } from '#support/transaction'
import { findOrCreateCustomer } from '#customers/identity'
import type { AttachedFile } from '#tickets/attachment'
import type { Mailbox } from '#tickets/message_parts'
import Ticket from '#tickets/ticket'
import { mustNotReachCustomer } from '#tickets/side_thread'

/*
 * A side conversation: a thread of its own with a supplier or carrier, started from inside a ticket (M019).
 * It has its own messages under its own number, so that nothing which builds what the customer sees can read it,
 * and its answers come home by its own signed marks. What it asks of people shows on the ticket it belongs to.
 */

export interface NewSide {
  /** The mailbox that it is written from; its channel must thread by references. */
  readonly inbox: { readonly id: number; readonly channel: string }
  readonly to: readonly Mailbox[]
  readonly cc?: readonly Mailbox[]
  readonly subject: string
  readonly text: string
  readonly uploadIds?: readonly number[]
  /** Files of the customer's thread that go along; files of notes never do. */
  readonly attachmentIds?: readonly number[]
}

/**
 * Writes to somebody about a ticket, apart from its customer.
 *
 * @returns the side conversation, with its first message queued
 * @throws DomainError without a recipient, to the customer, on a merged ticket
 */
export async function startSide(parent: Ticket, side: NewSide, cause: Cause): Promise<Ticket> {
  parent.mustBeWhole()
  const [first] = side.to
  if (!first) throw new DomainError('tickets.errors.no_recipient', 422)
  return transaction(async (trx) => {
    await mustNotReachCustomer(parent, [...side.to, ...(side.cc ?? [])])
    const partner = await findOrCreateCustomer({ kind: 'email', value: first.address, name: first.name }, cause)
    const at = now()
    const started = await Ticket.create(
      {
        sideOfId: parent.id,
        inboxId: side.inbox.id,
        channel: side.inbox.channel,
        customerId: partner.id,
        subject: storable(side.subject).slice(0, 500),
        status: 'closed',
        category: 'supplier',
        priority: 'normal',
        ownerId: null,
        teamId: null,
        actingId: null,
        actingTeamId: null,
        mergedIntoId: null,
        preview: '',
        version: 1,
        messageCount: 0,
        noteCount: 0,
        attachmentCount: 0,
        createdAt: at,
        updatedAt: at,
        closedAt: at,
      },
      { client: trx }
    )
    await parent.tell('side:started', { sideId: started.id }, cause)
    await started.reply({ text: side.text, to: side.to, cc: side.cc, subject: side.subject, uploadIds: side.uploadIds, files: await filesTaken(parent.id, side.attachmentIds ?? []) }, cause)
    return started
  })
}

async function filesTaken(ticketId: number, attachmentIds: readonly number[]): Promise<AttachedFile[]> {
  if (attachmentIds.length === 0) return []
  const rows = await openTransaction()
    .from('attachments')
    .join('messages', 'messages.id', 'attachments.message_id')
    .where('messages.ticket_id', ticketId)
    .whereIn('attachments.id', [...attachmentIds])
    .whereNotNull('attachments.sha256')
    .orderBy('attachments.id')
    .select('attachments.name', 'attachments.type', 'attachments.bytes', 'attachments.sha256')
  if (rows.length !== new Set(attachmentIds).size) throw new DomainError('tickets.errors.upload_gone', 422)
  return rows.map(({ name, type, bytes, sha256 }) => ({ name, type, bytes: Number(bytes), sha256 }))
}
