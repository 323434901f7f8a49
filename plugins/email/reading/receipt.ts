import type { IncomingReceipt } from '#plugin'
import { isOurForm, type Piece } from './bounce.js'
import { returnedParts } from './bounce_returned.js'
import { parseHeaders } from './header_block.js'
import type { Headers } from './headers.js'

/**
 * A read receipt (RFC 8098) for a mail of ours that was shown to a person. Null for all other mail, and
 * for a receipt that says something else (deleted unread, processed by a machine): that is a message.
 * So is the mail of somebody who sends a receipt on as a file: it is no report itself.
 */
export function readReceipt(headers: Headers, pieces: readonly Piece[], at: IncomingReceipt['at']): IncomingReceipt | null {
  if (!isReport(headers)) return null
  const part = pieces.find(({ type }) => /^message\/(?:global-)?disposition-notification$/i.test(type))?.content
  if (!part) return null
  const fields = parseHeaders(part)
  const disposition = (fields.text('disposition') ?? '').toLowerCase()
  const of = [...fields.ids('original-message-id'), ...returnedParts(pieces).flatMap((returned) => parseHeaders(returned).ids('message-id'))].find(isOurForm)
  if (!of || !/;\s*displayed\b/.test(disposition)) return null
  return { type: 'receipt', externalId: of, status: 'read', at }
}

/** The mail itself is a report (RFC 6522), not only something in it. */
export function isReport(headers: Headers): boolean {
  return /^\s*(?:multipart\/report|message\/(?:global-)?disposition-notification|message\/feedback-report)\b/i.test(headers.text('content-type') ?? '')
}
