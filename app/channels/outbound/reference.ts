import { readReference, readReplyMark, referenceFor, replyMark } from '#tickets/reference'

export { readReference, readReplyMark, referenceFor, replyMark }

/** Reads our mark out of an id as a channel has it: bare, or as `<mark@domain>`. */
export function ownReference(externalId: string): { ticketId: number; messageId: number } | 'forged' | null {
  return readReference(bare(externalId).split('@')[0])
}

/** The forms in which one id may be kept: some sides put it in angle brackets, some do not. */
export function idForms(externalId: string): string[] {
  const plain = bare(externalId)
  return [...new Set([externalId.trim(), plain, `<${plain}>`])]
}

const bare = (externalId: string) => externalId.trim().replace(/^<|>$/g, '')
