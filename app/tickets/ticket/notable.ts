import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { storable } from '#support/storable'
import { transaction } from '#support/transaction'
import { attachFiles, attachUploads, type AttachedFile } from '#tickets/attachment'
import { keepMentions } from '#tickets/mentioning'
import Note from '#tickets/note'
import type Ticket from '#tickets/ticket'
import type { Replyable } from './replyable.js'

type Superclass = ReturnType<typeof Replyable>

export interface NewNote {
  readonly text: string
  readonly uploadIds?: readonly number[]
  /** Named by a tick beside the note. */
  readonly mentionIds?: readonly number[]
  /** Kept already; of a note that came by mail. */
  readonly files?: readonly AttachedFile[]
  /** Of a note that came by mail: the same again is refused by the database. */
  readonly fingerprint?: string
}

/** Internal notes: their own table, their own verb; nothing here sends anything. */
export const Notable = <T extends Superclass>(superclass: T) => {
  class NotableTicket extends superclass {
    /** Writes a note that only the team sees. Changes neither the status nor whose turn it is. */
    async note({ text, uploadIds = [], files = [], fingerprint, mentionIds = [] }: NewNote, cause: Cause): Promise<Note> {
      this.mustBeWhole()
      if (text.trim() === '' && uploadIds.length === 0 && files.length === 0) throw new DomainError('tickets.errors.empty_note', 422)

      return transaction(async (trx) => {
        const note = await Note.create(
          { ticketId: this.id, authorKind: cause.by?.kind ?? 'system', authorId: cause.by ? String(cause.by.id) : null, text: storable(text).trim(), createdAt: now(), fingerprint: fingerprint ?? null },
          { client: trx }
        )
        if (files.length > 0) await attachFiles({ noteId: note.id }, files)
        if (uploadIds.length > 0) {
          if (cause.by?.kind !== 'agent') throw new DomainError('tickets.errors.upload_gone', 422)
          await attachUploads({ noteId: note.id }, uploadIds, cause.by.id)
        }
        await this.keep({ note_count: 1 })
        await this.tell('note:added', { noteId: note.id }, cause)
        await keepMentions(this as unknown as Ticket, note, mentionIds, cause)
        return note
      })
    }
  }

  return NotableTicket
}
