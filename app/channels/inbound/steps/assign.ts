import { assign as assignTo } from '#routing/assignment'
import { settle } from '#routing/coverage/coverage'
import type { InboundDraft } from '../draft.js'

/** A new ticket goes to the team that answers this inbox; one that has come back, to whoever works on it now. */
export async function assign({ ticket, inbox, flags, item }: InboundDraft): Promise<void> {
  if (!flags.opened) return settle(ticket!)
  if (!inbox.teamId || ticket!.status === 'spam') return
  await assignTo(ticket!, { teamId: inbox.teamId }, { by: null, because: `inbox:${inbox.id}`, via: item.via })
}
