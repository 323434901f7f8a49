import { assign as assignTo, mayOwn, openedInTeam } from '#routing/assignment'
import { settle } from '#routing/coverage/coverage'
import type { InboundDraft } from '../draft.js'

/** A new ticket goes to whose personal inbox it is, else to the team that answers this inbox; one that has come back, to whoever works on it now. */
export async function assign({ ticket, inbox, flags, item }: InboundDraft): Promise<void> {
  if (!flags.opened) return settle(ticket!)
  if (ticket!.status === 'spam') return
  const cause = { by: null, because: `inbox:${inbox.id}`, via: item.via }
  if (inbox.agentId && (await mayOwn(inbox.agentId))) await assignTo(ticket!, { ownerId: inbox.agentId, ...(inbox.teamId && { teamId: inbox.teamId }) }, cause, { opened: true })
  else if (inbox.teamId && ticket!.teamId === inbox.teamId) await openedInTeam(ticket!, cause)
  else if (inbox.teamId) await assignTo(ticket!, { teamId: inbox.teamId }, cause, { opened: true })
}
