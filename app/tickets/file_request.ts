import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { transaction } from '#support/transaction'
import Ticket from './ticket.js'

/** One that was asked for and never answered may be asked for again; ms. */
export const ASKED_MS = 10 * 60_000

/**
 * Wants a file once more that could not be had when its message came. Whoever knows the channels hears of it and fetches
 * it (channels/missing_files.ts).
 *
 * @throws DomainError 409 when it is here, or is being fetched
 */
export async function askForFile(attachmentId: number, cause: Cause) {
  await transaction(async (trx) => {
    const at = nowMs()
    const asked = await trx
      .from('attachments')
      .where('id', attachmentId)
      .whereNull('sha256')
      .where((query) => query.whereNull('asked_at').orWhere('asked_at', '<', at - ASKED_MS))
      .whereIn('message_id', trx.from('messages').whereNotNull('incoming_item_id').select('id'))
      .update({ asked_at: at })
    if (Number(asked) !== 1) throw new DomainError('tickets.errors.file_not_again', 409)
    const row = await trx.from('attachments').join('messages', 'messages.id', 'attachments.message_id').where('attachments.id', attachmentId).select('messages.id', 'messages.ticket_id').firstOrFail()
    const ticket = await Ticket.findOrFail(row.ticket_id, { client: trx })
    await ticket.keep()
    await ticket.tell('file:asked', { messageId: row.id, attachmentId }, cause)
  })
}
