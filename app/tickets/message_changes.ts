import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { poke } from '#support/pokes'
import { storable } from '#support/storable'
import { afterCommit, openTransaction } from '#support/transaction'
import { termsOf } from '#tickets/channel_terms'
import { wordsIn } from '#tickets/formatting'
import { previewOf, titleOf } from '#tickets/preview'
import Ticket from '#tickets/ticket'

/** What somebody did to a message after it was sent. */
export interface MessageChange {
  readonly kind: 'edited' | 'deleted' | 'reaction'
  /** The new words of an edit; the emoji of a reaction, null when it was taken back. */
  readonly text: string | null
  readonly from: string
  /** ms, by the channel's clock: what is older than what is known changes nothing. */
  readonly at: number
}

/**
 * Shows an edit, deletion or reaction on its message and keeps what was there before. In the open transaction; the
 * same change again changes nothing.
 */
export async function changeMessage(messageId: number, change: MessageChange, cause: Cause) {
  const trx = openTransaction()
  const { kind, at } = change
  const from = storable(change.from).slice(0, 320)
  const text = change.text === null ? null : storable(change.text)
  const same = await trx.from('message_changes').where({ message_id: messageId, kind, from_address: from, at }).select('id').first()
  if (same) return

  const message = await trx.from('messages').where('id', messageId).firstOrFail()
  const later = await trx.from('message_changes').where({ message_id: messageId, kind: 'edited' }).where('at', '>', at).select('id').first()
  const before: string = message.visible_text ?? message.text
  await trx.insertQuery().table('message_changes').insert({ message_id: messageId, kind, from_address: from, text: kind === 'reaction' ? text?.slice(0, 40) ?? null : kind === 'edited' && later ? text : before, at })

  const words = kind === 'edited' && !later && message.deleted_at === null ? text : kind === 'deleted' ? '' : null
  await trx
    .from('messages')
    .where('id', messageId)
    .update({ changed_at: nowMs(), ...(kind === 'deleted' ? { deleted_at: at } : {}), ...(words === null ? {} : { text: words, visible_text: null, html: null }) })

  const ticket = await Ticket.findOrFail(message.ticket_id, { client: trx })
  // A chat's subject is its first words: taken back, they stand there no longer either.
  const terms = termsOf(await trx.from('inboxes').where('id', message.inbox_id).select('channel', 'config').firstOrFail())
  if (kind === 'deleted' && (await wordsOf(messageId, before)).some((one) => isTitle(ticket.subject, wordsIn(one, terms)))) ticket.subject = ''
  if (words !== null && ticket.lastInboundId === messageId) ticket.preview = previewOf(wordsIn(words, terms))
  if (ticket.$isDirty) await ticket.keep()
  await ticket.tell('message:changed', { messageId, kind }, cause)
  afterCommit(() => poke([`ticket-${ticket.id}`, 'list']))
}

/** Whether a subject was made of these words, or is their beginning. */
function isTitle(subject: string, words: string) {
  return subject !== '' && (titleOf(words) === subject || previewOf(words).startsWith(subject))
}

/** What a message has ever said. */
async function wordsOf(messageId: number, last: string): Promise<string[]> {
  const rows = await openTransaction().from('message_changes').where({ message_id: messageId, kind: 'edited' }).select('text')
  return [last, ...rows.map(({ text }) => text ?? '')]
}
