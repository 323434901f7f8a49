import type { IncomingBounce, Stored } from '#plugin'
import { parseHeaders } from './header_block.js'
import type { Headers } from './headers.js'

/** `<op.<ticket>.<message>.<mark>@…>`: the form of a Message-ID of ours. Whether the mark is genuine, the core knows. */
const OURS = /^<op\.\d+\.\d+\.[a-z2-7]{10}@[^<>\s]+>$/

export function isOurForm(messageId: string): boolean {
  return OURS.test(messageId)
}

/** Stable words for what went wrong, by the second and third number of the status (RFC 3463). */
const REASONS: Record<string, string> = {
  '1.0': 'userunknown', '1.1': 'userunknown', '1.2': 'hostunknown', '1.3': 'userunknown', '1.6': 'hasmoved', '1.8': 'rejected',
  '2.0': 'userunknown', '2.1': 'suspend', '2.2': 'mailboxfull', '2.3': 'toolarge', '3.4': 'toolarge',
  '4.1': 'expired', '4.4': 'hostunknown', '4.6': 'mailererror', '4.7': 'expired', '7.1': 'blocked', '7.8': 'authfailure', '7.9': 'authfailure',
}

interface Piece {
  readonly type: string
  readonly content?: Buffer
}

/**
 * A bounce that names a mail of ours, from the standard parts of a `multipart/report` (RFC 3464).
 * Null for everything else; such a mail stays an automatic message that a person can read.
 */
export function readBounce(headers: Headers, pieces: readonly Piece[], externalId: string, at: Stored['at']): IncomingBounce | null {
  if (!/^multipart\/report\b/i.test(headers.text('content-type') ?? '')) return null
  const report = pieces.find(({ type }) => type === 'message/delivery-status')?.content
  const returned = pieces.find(({ type }) => type === 'message/rfc822' || type === 'text/rfc822-headers')?.content
  if (!report || !returned) return null

  const original = parseHeaders(returned).ids('message-id')
  if (!original.some(isOurForm)) return null
  const [, ...recipients] = report.toString('latin1').split(/(?:\r?\n){2,}/).map((block) => parseHeaders(Buffer.from(block, 'latin1')))
  const about = recipients.find((group) => group.has('final-recipient') || group.has('original-recipient'))
  if (!about) return null

  const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(about.text('status') ?? '')?.[0]
  const action = /^(failed|delayed|delivered|relayed|expanded)/i.exec(about.text('action') ?? '')?.[1].toLowerCase()
  const diagnostic = about.text('diagnostic-code')?.replace(/^smtp\s*;\s*/i, '')
  return {
    type: 'bounce',
    externalId,
    answers: [...original, ...headers.ids('in-reply-to'), ...headers.ids('references')],
    proven: original.some(isOurForm),
    recipient: (about.text('final-recipient') ?? about.text('original-recipient') ?? '').replace(/^[^;]*;\s*/, '').replace(/^<|>$/g, ''),
    action: (action as IncomingBounce['action'] | undefined) ?? (status?.startsWith('4') ? 'delayed' : 'failed'),
    ...(status ? { status } : {}),
    ...(diagnostic ? { diagnostic } : {}),
    reason: REASONS[status?.slice(2) ?? ''] ?? (status?.startsWith('4') ? 'expired' : 'undefined'),
    at,
  }
}
