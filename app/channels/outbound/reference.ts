import { readReference, readReplyMark, referenceFor, replyMark } from '#tickets/reference'

export { readReference, readReplyMark, referenceFor, replyMark }

/**
 * Reads our mark out of an id as a channel has it: bare, or as `<mark@domain>`.
 *
 * @param ours - our addresses: a mark of this form at another domain is that of another Opora, and no forgery
 */
export function ownReference(externalId: string, ours?: ReadonlySet<string>): { ticketId: number; messageId: number } | 'forged' | null {
  const [mark, domain] = bare(externalId).split('@')
  const read = readReference(mark)
  const elsewhere = read === 'forged' && ours && domain && ![...ours].some((address) => address.endsWith(`@${domain.toLowerCase()}`))
  return elsewhere ? null : read
}

/** The forms in which one id may be kept: some sides put it in angle brackets, some do not. */
export function idForms(externalId: string): string[] {
  const plain = bare(externalId)
  return [...new Set([externalId.trim(), plain, `<${plain}>`])]
}

const bare = (externalId: string) => externalId.trim().replace(/^<|>$/g, '')
