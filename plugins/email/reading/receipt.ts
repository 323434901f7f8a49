import type { IncomingReceipt } from '#plugin'
import { isOurForm, type Piece } from './bounce.js'
import { parseHeaders } from './header_block.js'

/**
 * A read receipt (RFC 8098) for a mail of ours that was shown to a person. Null for all other mail, and
 * for a receipt that says something else (deleted unread, processed by a machine): that is a message.
 */
export function readReceipt(pieces: readonly Piece[], at: IncomingReceipt['at']): IncomingReceipt | null {
  const part = pieces.find(({ type }) => /^message\/(?:global-)?disposition-notification$/i.test(type))?.content
  if (!part) return null
  const fields = parseHeaders(part)
  const disposition = (fields.text('disposition') ?? '').toLowerCase()
  const of = fields.ids('original-message-id').find(isOurForm)
  if (!of || !/;\s*displayed\b/.test(disposition)) return null
  return { type: 'receipt', externalId: of, status: 'read', at }
}
