import { createHmac, timingSafeEqual } from 'node:crypto'
import env from '#start/env'

/** `op.<ticket>.<message>.<hmac10>`: what we put wherever a channel echoes something back (contracts/channels/07a). */
const FORM = /^op\.(\d+)\.(\d+)\.([a-z2-7]{10})$/

/** Our mark on an outgoing message; nobody without our key can make one. */
export function referenceFor(ticketId: number, messageId: number): string {
  return `op.${ticketId}.${messageId}.${sign(`${ticketId}.${messageId}`)}`
}

/**
 * Reads a mark that came back. `forged`: it has our form and not our signature, so it counts as
 * no sign at all; null: it is not of our form.
 */
export function readReference(text: string): { ticketId: number; messageId: number } | 'forged' | null {
  const found = FORM.exec(text)
  if (!found) return null
  const [, ticketId, messageId, mark] = found
  const genuine = Buffer.from(sign(`${ticketId}.${messageId}`))
  return timingSafeEqual(Buffer.from(mark), genuine) ? { ticketId: Number(ticketId), messageId: Number(messageId) } : 'forged'
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

function sign(text: string, purpose = 'reference', letters = 10): string {
  const digest = createHmac('sha256', env.get('APP_KEY').release()).update(`${purpose}|${text}`).digest()
  return [...digest.subarray(0, letters)].map((byte) => ALPHABET[byte % 32]).join('')
}

/** Whom an address of a ticket is for: `r` for answers, `n` for notes of colleagues. */
export type MarkKind = 'r' | 'n'

/** `r.<ticket>.<hmac12>`: what stands behind the plus of an address that answers to one ticket come to. */
export function replyMark(kind: MarkKind, ticketId: number): string {
  return `${kind}.${ticketId}.${sign(`${kind}|${ticketId}`, 'address', 12)}`
}

/** Reads such a mark; upper case survives in some mail systems and means nothing. */
export function readReplyMark(text: string): { kind: MarkKind; ticketId: number } | 'forged' | null {
  const found = /^([rn])\.(\d{1,10})\.([a-z2-7]{12})$/.exec(text.toLowerCase())
  if (!found) return null
  const [, kind, ticketId, mark] = found
  const genuine = Buffer.from(sign(`${kind}|${ticketId}`, 'address', 12))
  return timingSafeEqual(Buffer.from(mark), genuine) ? { kind: kind as MarkKind, ticketId: Number(ticketId) } : 'forged'
}
