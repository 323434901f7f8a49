import { DateTime } from 'luxon'
import { openTransaction } from '#support/transaction'
import { termsOf } from '#tickets/channel_terms'
import { wordsIn } from '#tickets/formatting'
import { previewOf } from '#tickets/preview'
import type Ticket from '#tickets/ticket'

/**
 * Sets what a ticket says about its messages and notes from what it has, after some came or went. In the
 * open transaction; the caller keeps the ticket.
 */
export async function recount(ticket: Ticket) {
  const trx = openTransaction()
  const said = await trx
    .from('messages')
    .where('ticket_id', ticket.id)
    .select(
      trx.raw('count(*) as total'),
      trx.raw(`max(case when kind = 'inbound' and author_kind = 'customer' then id end) as last_inbound`),
      trx.raw(`max(case when author_kind = 'customer' then created_at end) as customer_at`),
      trx.raw(`max(case when kind in ('reply', 'auto_reply') then created_at end) as agent_at`),
      trx.raw(`min(case when kind = 'reply' then created_at end) as first_answer`)
    )
    .first()
  const notes = await trx.from('notes').where('ticket_id', ticket.id).whereNull('deleted_at').count('* as total').first()
  const files = await trx.from('attachments').join('messages', 'messages.id', 'attachments.message_id').where('messages.ticket_id', ticket.id).where('attachments.inline', 0).count('* as total').first()
  const last = await trx.from('messages').join('inboxes', 'inboxes.id', 'messages.inbox_id').where('messages.ticket_id', ticket.id).whereIn('messages.kind', ['inbound', 'reply']).orderBy('messages.id', 'desc').select('messages.visible_text', 'messages.text', 'inboxes.channel', 'inboxes.config').first()

  ticket.messageCount = Number(said.total)
  ticket.noteCount = Number(notes.total)
  ticket.attachmentCount = Number(files.total)
  ticket.lastInboundId = said.last_inbound === null ? null : Number(said.last_inbound)
  ticket.lastCustomerMessageAt = moment(said.customer_at)
  ticket.lastAgentMessageAt = moment(said.agent_at)
  ticket.firstResponseAt = moment(said.first_answer)
  ticket.preview = last ? previewOf(wordsIn(last.visible_text ?? last.text, termsOf(last))) : ''
}

const moment = (ms: number | string | null) => (ms === null ? null : DateTime.fromMillis(Number(ms), { zone: 'utc' }))
