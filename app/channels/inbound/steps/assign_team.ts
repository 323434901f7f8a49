import { assign } from '#routing/assignment'
import type { InboundDraft } from '../draft.js'

/** A new ticket goes to the team that answers this inbox. */
export async function assignTeam({ ticket, inbox, flags, item }: InboundDraft): Promise<void> {
  if (!flags.opened || !inbox.teamId || ticket!.status === 'spam') return
  await assign(ticket!, { teamId: inbox.teamId }, { by: null, because: `inbox:${inbox.id}`, via: item.via })
}
