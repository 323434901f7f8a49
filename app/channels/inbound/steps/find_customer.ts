import { findOrCreateCustomer } from '#customers/identity'
import type { Address } from '#plugin'
import type { InboundDraft } from '../draft.js'

/** Stands for a sender who is not named at all; composing an answer knows it and asks for an address. */
export const NOBODY = 'unknown@invalid'

/** Who wrote (or, for an echo, to whom we wrote): by exact address, never by name. */
export async function findCustomer(draft: InboundDraft): Promise<void> {
  const who = await sender(draft)
  const value = who.value.trim() || NOBODY
  const also = who === draft.message.from ? draft.message.alsoFrom : undefined
  draft.customer = await findOrCreateCustomer({ kind: who.kind, value, name: plain(who.name), also }, draft.cause)
}

async function sender({ message, flags, ahead }: InboundDraft): Promise<Address> {
  if (message.outgoing || flags.wasSent) return message.to?.[0] ?? { kind: 'email', value: '' }
  // A form writes in its own name; the person is in Reply-To.
  if (message.byForm && message.replyTo) return message.replyTo
  if (flags.fromOurselves && !flags.automatic && message.replyTo) return message.replyTo
  // A colleague, or our own list, sent on what came to him: the matter is its first sender's.
  const forwarded = message.forwardedFrom
  if (forwarded?.value && message.trust?.verdict !== 'suspect' && (flags.fromOurselves || (await ahead.colleague(message.from.value)))) return forwarded
  return message.from
}

/** A name that is only an address again tells nothing. */
function plain(name: string | undefined): string | null {
  const text = name?.replace(/\0/g, '').trim()
  return text && !text.includes('@') ? text : null
}
