import { assign as assignTo, mayOwn, openedInTeam } from '#routing/assignment'
import { settle } from '#routing/coverage/coverage'
import { mustBeAbleToSee } from '#routing/sight'
import { DomainError } from '#support/domain_error'
import type { InboundDraft, InboxFacts } from '../draft.js'

/**
 * A new ticket goes to whose personal inbox it is, or was and has an heir; else to the team that answers this inbox. One that
 * has come back, to whoever works on it now.
 */
export async function assign({ ticket, inbox, flags, item }: InboundDraft): Promise<void> {
  if (!flags.opened) return settle(ticket!)
  if (ticket!.status === 'spam') return
  const cause = { by: null, because: `inbox:${inbox.id}`, via: item.via }
  const ownerId = await personOf(inbox)
  if (ownerId) await assignTo(ticket!, { ownerId, ...(inbox.teamId && { teamId: inbox.teamId }) }, cause, { opened: true })
  else if (inbox.teamId && ticket!.teamId === inbox.teamId) await openedInTeam(ticket!, cause)
  else if (inbox.teamId) await assignTo(ticket!, { teamId: inbox.teamId }, cause, { opened: true })
}

/** Who has this inbox for themselves; an heir only as long as they may see it. */
async function personOf(inbox: InboxFacts): Promise<number | null> {
  if (inbox.agentId) return (await mayOwn(inbox.agentId)) ? inbox.agentId : null
  const heirId = inbox.farewell?.heirId
  if (!heirId) return null
  try {
    await mustBeAbleToSee(heirId, { inboxId: inbox.id })
    return heirId
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}
