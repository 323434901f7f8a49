import { normaliseAddress } from '#customers/identity'
import type { InboundDraft } from '../draft.js'

/**
 * A machine wrote it. The driver knows its channel's signs; the core adds one: our own address as the
 * sender, with nobody to answer to (a loop or a forgery; a shop's form names the customer in Reply-To).
 */
export async function detectAutomatic(draft: InboundDraft): Promise<void> {
  if (draft.incoming.type !== 'message') return
  const { automatic, replyTo } = draft.message
  const answerable = replyTo && normaliseAddress(replyTo.kind, replyTo.value) !== normaliseAddress(draft.message.from.kind, draft.message.from.value)
  draft.flags.automatic = automatic === true || (draft.flags.fromOurselves && !answerable)
}
