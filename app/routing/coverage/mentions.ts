import type { RecordedEvent } from '#support/listeners'
import { openTransaction, transaction } from '#support/transaction'
import { forwardMention } from '#tickets/mentioning'
import Ticket from '#tickets/ticket'
import { isAway, whoWouldCover } from './coverage.js'

/**
 * Somebody who is away was named in a note: whoever would stand in on this ticket is told too, so that nobody
 * waits for an answer from the beach (B9). The substitute does not become a follower (case 49), and what was
 * passed on once is passed on no further.
 */
export async function forwardMentionOfAbsent({ payload, because }: RecordedEvent<'note:mentioned'>) {
  if (because?.startsWith('absence:')) return
  if (!(await isAway(payload.agentId))) return
  await transaction(async () => {
    const ticket = await Ticket.find(payload.ticketId, { client: openTransaction() })
    if (!ticket) return
    const verdict = await whoWouldCover(ticket, payload.agentId)
    if (verdict.because !== 'covered' || verdict.agentId === null) return
    await forwardMention(ticket, payload.noteId, verdict.agentId, { by: null, because: `absence:${verdict.absenceId}` })
  })
}
