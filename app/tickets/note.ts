import { NoteSchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { storable } from '#support/storable'
import { transaction } from '#support/transaction'
import { forgetMentions, keepMentions } from '#tickets/mentioning'
import Ticket from '#tickets/ticket'

/** What the team says among itself. Nothing that builds what a customer sees may read this table. */
export default class Note extends NoteSchema {
  async edit(text: string, cause: Cause) {
    if (text.trim() === this.text) return
    await transaction(async (trx) => {
      this.text = storable(text).trim()
      this.editedAt = now()
      await this.useTransaction(trx).save()
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      await ticket.keep()
      await ticket.tell('note:edited', { noteId: this.id }, cause)
      await keepMentions(ticket, this, [], cause)
    })
  }

  /** Takes it out of sight; the row stays, so that the history stays true. */
  async remove(cause: Cause) {
    if (this.deletedAt) return
    await transaction(async (trx) => {
      this.deletedAt = now()
      await this.useTransaction(trx).save()
      const ticket = await Ticket.findOrFail(this.ticketId, { client: trx })
      await ticket.keep({ note_count: -1 })
      await ticket.tell('note:deleted', { noteId: this.id }, cause)
      await forgetMentions(this.id)
    })
  }
}
