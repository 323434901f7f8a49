import { DomainError } from '#support/domain_error'
import { openTransaction } from '#support/transaction'

/** The newest message and note that were on the page when the writing began; 0 for none. */
export interface Seen {
  readonly messageId: number
  readonly noteId: number
}

/** Something came while the agent wrote: a person decides whether the reply still fits. */
export class StaleReply extends DomainError {
  constructor(
    readonly messageIds: readonly number[],
    readonly noteIds: readonly number[]
  ) {
    super('tickets.errors.stale', 409, { count: messageIds.length + noteIds.length })
  }
}

/** @throws StaleReply when the ticket has messages or notes that `seen` does not know. */
export async function stopIfStale(ticketId: number, seen: Seen) {
  const trx = openTransaction()
  const messages = await trx.from('messages').where('ticket_id', ticketId).where('id', '>', seen.messageId).select('id').limit(20)
  const notes = await trx.from('notes').where('ticket_id', ticketId).where('id', '>', seen.noteId).whereNull('deleted_at').select('id').limit(20)
  if (messages.length + notes.length > 0) throw new StaleReply(messages.map((row) => row.id), notes.map((row) => row.id))
}
