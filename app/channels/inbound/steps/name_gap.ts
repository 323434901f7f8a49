import { recordGap } from '#channels/gaps'
import type { InboundDraft, Stop } from '../draft.js'

/** We were not there, and what came meanwhile does not come again: that is said where it may be missed. */
export async function nameGap(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'gap') return
  await recordGap(draft.inbox, draft.incoming.from.toMillis(), draft.incoming.at.toMillis(), draft.cause)
  return { outcome: 'appended' }
}
