import { normaliseAddress } from '#customers/identity'
import type { InboundDraft } from '../draft.js'

/** Machines whose mails are a matter all the same: a marketplace writes for its customers so. */
const MAY_BE_A_MATTER = new Set(['notice', 'bulk', 'list'])

/**
 * A machine wrote it. The driver knows its channel's signs; the core adds one: our own address as the
 * sender, with nobody to answer to (a loop or a forgery; a shop's form names the customer in Reply-To).
 */
export async function detectAutomatic(draft: InboundDraft): Promise<void> {
  if (draft.incoming.type !== 'message') return
  const { message, flags } = draft
  const { automatic, automaticKind, replyTo, trust } = message
  const answerable = message.byForm || (replyTo && normaliseAddress(replyTo.kind, replyTo.value) !== normaliseAddress(message.from.kind, message.from.value)) || message.forwardedFrom
  const alone = flags.fromOurselves && !answerable
  // A form writes by itself for a person who is waiting.
  flags.automatic = (automatic === true && !(message.byForm && automaticKind !== 'reply')) || alone
  flags.quiet = (flags.automatic && automatic === true && !MAY_BE_A_MATTER.has(automaticKind ?? 'reply')) || alone
  flags.quarantined = alone && trust?.verdict !== 'verified'
  if (flags.quarantined) draft.warnings.push({ key: 'warning.own_address' })
}
