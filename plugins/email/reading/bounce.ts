import { DateTime } from 'luxon'
import type { Address, IncomingBounce, Stored } from '#plugin'
import { bounceReason } from './bounce_reasons.js'
import { isDelay, looksLikeBounce, readTold, returnedInText, type Told } from './bounce_text.js'
import { parseHeaders } from './header_block.js'
import type { Headers } from './headers.js'

/** `<op.<ticket>.<message>.<mark>@…>`: the form of a Message-ID of ours. Whether the mark is genuine, the core knows. */
const OURS = /^<op\.\d+\.\d+\.[a-z2-7]{10}@[^<>\s]+>$/
const MARK = /\bop\.\d{1,10}\.\d{1,10}\.[a-z2-7]{10}\b/

export function isOurForm(messageId: string): boolean {
  return OURS.test(messageId)
}

export interface Piece {
  readonly type: string
  readonly content?: Buffer
}

/** What a mail is, as far as a report is concerned. */
export interface Letter {
  readonly headers: Headers
  readonly pieces: readonly Piece[]
  readonly from: Address
  readonly subject: string
  readonly text: string
  readonly externalId: string
  readonly at: Stored['at']
  readonly own: readonly string[]
}

interface Group extends Told {
  readonly original?: string
  readonly action?: IncomingBounce['action']
  readonly until?: DateTime
}

/**
 * A mail server's report that a mail could not be delivered, or not yet: from the standard parts
 * (RFC 3464), else from its words. Whether it tells of a mail of ours is another matter (`proven`).
 * Null for everything else, read receipts and complaints among it.
 */
export function readBounce(letter: Letter): IncomingBounce | null {
  const { headers, pieces, from, subject, text, externalId, at, own } = letter
  const standard = groupsOf(pieces)
  if (standard.length === 0 && !looksLikeBounce(headers, from.value, from.name ?? '', subject, text)) return null
  const groups: readonly Group[] = standard.length > 0 ? standard : readTold(headers, text, own, from.value)
  if (groups.length === 0) return null

  const returned = returnedOf(pieces) ?? returnedInText(text)
  const answers = [...new Set([...idsOf(returned), ...headers.ids('x-original-message-id'), ...headers.ids('in-reply-to'), ...headers.ids('references')])]
  const action = actionOf(groups, subject, text)
  const chosen = groups.filter((group) => (group.action ?? action) === action)
  const [first] = chosen.length > 0 ? chosen : groups
  const said = [first.diagnostic, standard.length > 0 && saysLittle(first) ? saidInText(letter) : ''].filter(Boolean).join(' ')
  const status = statusOf(first, said, action)

  return {
    type: 'bounce',
    externalId,
    answers,
    proven: answers.some(isOurForm),
    recipient: first.recipient,
    recipients: [...new Set((chosen.length > 0 ? chosen : groups).map(({ recipient }) => recipient))],
    aliases: [...new Set(groups.flatMap(({ original }) => original ?? []))],
    action,
    ...(status ? { status } : {}),
    ...(first.diagnostic ? { diagnostic: first.diagnostic } : said ? { diagnostic: said.slice(0, 500) } : {}),
    reason: action === 'failed' || action === 'delayed' ? bounceReason(status, said, action) : 'delivered',
    ...(first.until ? { until: first.until } : {}),
    from,
    subject,
    text,
    at,
  }
}

/** The recipients of all delivery-status parts; a broken one without empty lines is cut at each recipient. */
function groupsOf(pieces: readonly Piece[]): Group[] {
  return pieces
    .filter(({ type }) => /^message\/(?:global-)?delivery-status$/i.test(type))
    .flatMap(({ content }) => cutGroups((content ?? Buffer.alloc(0)).toString('latin1')))
    .flatMap((block) => {
      const fields = parseHeaders(Buffer.from(block, 'latin1'))
      const final = addressIn(fields.text('final-recipient'))
      const original = addressIn(fields.text('original-recipient')) ?? addressIn(fields.text('x-actual-recipient'))
      const recipient = final ?? original
      if (!recipient) return []
      const status = /(?:^|\D)([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(fields.text('status') ?? '')?.[1]
      const diagnostic = (fields.text('diagnostic-code') ?? fields.text('x-supplementary-info') ?? '').replace(/^[a-z0-9-]{2,20}\s*;\s*/i, '').trim()
      const until = dateOf(fields.text('will-retry-until'))
      const action = actionWord(fields.text('action'))
      return [{ recipient, ...(original && original !== recipient ? { original } : {}), ...(status ? { status } : {}), ...(diagnostic ? { diagnostic: diagnostic.slice(0, 1000) } : {}), ...(action ? { action } : {}), ...(until ? { until } : {}) }]
    })
}

function cutGroups(text: string): string[] {
  const blocks: string[] = []
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n(?:[ \t]*\n)+/)) {
    let seen = false
    let lines: string[] = []
    for (const line of block.split('\n')) {
      const starts = /^final-recipient\s*:/i.test(line)
      if (starts && seen) {
        // The original recipient of the next one may stand above its final one.
        const last = lines.at(-1)
        const moved = last && /^original-recipient\s*:/i.test(last) && lines.some((one) => /^final-recipient\s*:/i.test(one)) ? [lines.pop()!] : []
        blocks.push(lines.join('\n'))
        lines = moved
      }
      seen ||= starts
      lines.push(line)
    }
    blocks.push(lines.join('\n'))
  }
  return blocks
}

/** `rfc822; <jana@posta.test>`, with or without its type; xtext (RFC 3461) and notes in brackets undone. */
function addressIn(value: string | null): string | null {
  if (!value) return null
  const plain = value
    .replace(/^[a-z0-9-]{2,20}\s*;\s*/i, '')
    .replace(/\+([0-9A-F]{2})(?=[^@]*(?:@|$))/g, (whole, hex: string) => (hex === '40' || hex === '2B' || hex === '3D' ? String.fromCharCode(Number.parseInt(hex, 16)) : whole))
  const found = /[^\s<>"'();,:|]+@[^\s<>"'();,:|]+/.exec(plain)?.[0]
  return found?.replace(/[.>]+$/, '') ?? null
}

function actionWord(value: string | null): IncomingBounce['action'] | undefined {
  const word = value?.trim().toLowerCase() ?? ''
  if (/^(?:fail|error|undeliver|rejected|bounce)/.test(word)) return 'failed'
  if (/^delay/.test(word)) return 'delayed'
  return (['delivered', 'relayed', 'expanded'] as const).find((one) => word.startsWith(one))
}

/** One that failed tells more than one that arrived. */
function actionOf(groups: readonly Group[], subject: string, text: string): IncomingBounce['action'] {
  for (const action of ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const) {
    if (groups.some((group) => group.action === action)) return action
  }
  return isDelay(subject, text) ? 'delayed' : 'failed'
}

/** The report's own status; where it only says "something", the one that the server named. */
function statusOf({ status }: Group, said: string, action: string): string | undefined {
  if (status && !/^[245]\.0\.0$/.test(status)) return status
  const named = /(?:^|[\s#(<\[;:])([45]\.\d{1,3}\.\d{1,3})(?![.\d])/.exec(said)?.[1]
  if (named && !/^[45]\.0\.0$/.test(named) && (action !== 'failed' || named[0] === (status?.[0] ?? named[0]))) return named
  return status ?? named
}

function saysLittle({ diagnostic, status }: Group): boolean {
  return (diagnostic ?? '').replace(/[\d.\s]/g, '').length < 8 && (!status || /^[45]\.(?:0\.0|1\.0|5\.0|0\.\d+)$/.test(status))
}

/** What the part for people says, where the part for machines says little. */
function saidInText({ headers, text, own, from }: Letter): string {
  return readTold(headers, text, own, from.value)[0]?.diagnostic ?? ''
}

function returnedOf(pieces: readonly Piece[]): Headers | null {
  const part = pieces.find(({ type, content }) => content && /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers|partial)|text\/rfc822(?:-headers?)?)$/i.test(type))?.content
  return part ? parseHeaders(part) : null
}

/** The ids of the mail that came back; where its Message-ID was changed on the way, our own header names it. */
function idsOf(returned: Headers | null): string[] {
  if (!returned) return []
  const mark = MARK.exec(returned.text('x-opora-reference') ?? '')?.[0]
  const ids = returned.ids('message-id')
  return [...ids, ...(mark && !ids.some(isOurForm) ? [`<${mark}@opora.invalid>`] : [])]
}

function dateOf(value: string | null): DateTime | undefined {
  const date = value ? DateTime.fromRFC2822(value.replace(/\s*\([^)]*\)\s*$/, ''), { zone: 'utc' }) : null
  return date?.isValid ? date : undefined
}
