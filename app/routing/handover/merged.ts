import { openTransaction } from '#support/transaction'

/** A ticket went into another: what is still asked about it is asked about that one. In the open transaction. */
export async function moveQuestions(mergers: readonly { readonly ticketId: number; readonly intoId: number }[]) {
  for (const { ticketId, intoId } of mergers) {
    await openTransaction().from('handovers').where('ticket_id', ticketId).whereIn('state', ['open', 'accepted']).update({ ticket_id: intoId })
  }
}
