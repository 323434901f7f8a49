import { DateTime } from 'luxon'
import type { Address, IncomingBounce, Stored } from '#plugin'
import { bounceReason } from './bounce_reasons.js'
import { cutReturned, returnedParts } from './bounce_returned.js'
import { isDelay, looksLikeBounce, mayReport, signsOf, type Signs } from './bounce_signs.js'
import { readTold, toldOf, type Told } from './bounce_text.js'
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
  readonly name?: string
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
  /** Headers of a mail that stand where those of a part should. */
  readonly misplaced?: Headers | null
}

interface Group extends Told {
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
  const signs = signsOf(headers, from.value, from.name ?? '', subject)
  const parts = returnedParts(pieces)
  const { report, returned, marked } = cutReturned(text)
  const standard = mayReport(signs) ? [...groupsOf(pieces), ...refusalsOf(letter, signs)] : []
  if (standard.length === 0 && !looksLikeBounce(headers, signs, from.value, subject, text, marked || parts.length > 0)) return null
  const groups = firstOf(standard, () => embedded(report, text, parts), () => readTold(headers, text, own, from.value, parts.map(parseHeaders)))
  if (groups.length === 0) return null

  const answers = [...new Set([...idsOf(letter, parts, returned), ...headers.ids('x-original-message-id'), ...headers.ids('in-reply-to'), ...headers.ids('references')])]
  const action = actionOf(groups, subject, report)
  const chosen = groups.filter((group) => (group.action ?? action) === action)
  const [first] = chosen.length > 0 ? chosen : groups
  const said = [first.diagnostic, standard.length > 0 && saysLittle(first) ? toldOf(text, first.original ?? first.recipient) : ''].filter(Boolean).join(' ')
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
    reason: action === 'failed' || action === 'delayed' ? reasonOf(status, said, action, report) : 'delivered',
    ...(first.until ? { until: first.until } : {}),
    from,
    subject,
    text,
    at,
  }
}

function firstOf(found: Group[], ...ways: (() => Group[])[]): Group[] {
  const [way, ...others] = ways
  return found.length > 0 || !way ? found : firstOf(way(), ...others)
}

/** Too general to be read out of a whole report, where anything may stand. */
const NOT_FROM_AFAR = new Set(['systemerror', 'mailererror', 'notaccept', 'policyviolation', 'rejected', 'filtered', 'contenterror', 'securityerror', 'failedstarttls', 'blocked'])

function reasonOf(status: string | undefined, said: string, action: string, report: string): string {
  const reason = bounceReason(status, said, action)
  if (reason !== 'undefined') return reason
  const wider = bounceReason(undefined, report.slice(0, 2000), action)
  return NOT_FROM_AFAR.has(wider) ? reason : wider
}

/** The fields of RFC 3464 where they do not belong: in the text, or in the report that a filter has packed into its own. */
function embedded(report: string, text: string, parts: readonly Buffer[]): Group[] {
  const field = /^[ \t]*(?:final|original)-recipient[ \t]*:/im
  if (field.test(report)) return groupsIn(report)
  if (field.test(text.slice(0, 20_000))) return groupsIn(text.slice(0, 20_000))
  const packed = parts.find((part) => /^content-type:\s*multipart\/report\b/im.test(part.subarray(0, 16_384).toString('latin1')))
  return packed ? groupsIn(packed.subarray(0, 256 * 1024).toString('latin1')) : []
}

/** The recipients of all delivery-status parts; a broken one without empty lines is cut at each recipient. */
function groupsOf(pieces: readonly Piece[]): Group[] {
  return pieces.filter(({ type }) => /^message\/(?:global-)?delivery-status$/i.test(type)).flatMap(({ content }) => groupsIn((content ?? Buffer.alloc(0)).toString('latin1')))
}

/** A rule of the recipient's refuses it (RFC 5429): a read receipt by its form, "deleted" by a machine that says so. */
function refusalsOf({ headers, pieces, text }: Letter, { daemon }: Signs): Group[] {
  if (!isRefusal(headers) && !(daemon && /^auto-/i.test(headers.text('auto-submitted') ?? ''))) return []
  return pieces
    .filter(({ type }) => /^message\/(?:global-)?disposition-notification$/i.test(type))
    .map(({ content }) => parseHeaders(content ?? Buffer.alloc(0)))
    .filter((fields) => /;\s*(?:deleted|failed|denied)\b/i.test(fields.text('disposition') ?? ''))
    .flatMap((fields) => {
      const recipient = addressIn(fields.text('final-recipient')) ?? addressIn(fields.text('original-recipient'))
      const said = text.replace(/\s+/g, ' ').replace(/^.{0,200}?rejected:?\s*/i, '').slice(0, 500)
      return recipient ? [{ recipient, action: 'failed' as const, ...(said ? { diagnostic: said } : {}) }] : []
    })
}

export function isRefusal(headers: Headers): boolean {
  return /\(rejected\)|auto-(?:replied|generated);?\s*\(?reject/i.test(headers.text('auto-submitted') ?? '')
}

function groupsIn(text: string): Group[] {
  return cutGroups(text).flatMap((block) => {
    const fields = parseHeaders(Buffer.from(block, 'latin1'))
    const final = addressIn(fields.text('final-recipient'))
    const before = addressIn(fields.text('original-recipient')) ?? addressIn(fields.text('x-actual-recipient'))
    // A name that only their own machine knows is no address of anybody's.
    const recipient = final && (!before || /@[^@]*[^.@]\.[^.@]/.test(final)) ? final : before
    if (!recipient) return []
    const original = before && before !== recipient ? before : recipient !== final ? final : null
    const status = /(?:^|\D)([245]\.\d{1,3}\.\d{1,3})(?!\d)/.exec(fields.text('status') ?? '')?.[1]
    const comment = /\(([^()]{4,300})\)/.exec(fields.text('status') ?? '')?.[1] ?? ''
    const diagnostic = (fields.text('diagnostic-code') ?? fields.text('x-supplementary-info') ?? comment).replace(/^[a-z0-9-]{2,20}\s*;\s*/i, '').trim()
    const until = dateOf(fields.text('will-retry-until'))
    const action = actionWord(fields.text('action'))
    return [{ recipient, ...(original ? { original } : {}), ...(status ? { status } : {}), ...(diagnostic ? { diagnostic: diagnostic.slice(0, 1000) } : {}), ...(action ? { action } : {}), ...(until ? { until } : {}) }]
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
function actionOf(groups: readonly Group[], subject: string, report: string): IncomingBounce['action'] {
  for (const action of ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const) {
    if (groups.some((group) => group.action === action)) return action
  }
  return isDelay(subject, report) ? 'delayed' : 'failed'
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

/** The ids of the mail that came back; where its Message-ID was changed on the way, our own header names it. */
function idsOf({ pieces, misplaced }: Letter, parts: readonly Buffer[], inText: Headers | null): string[] {
  const all = [...parts.map(parseHeaders), misplaced, inText].filter((one): one is Headers => Boolean(one))
  const named = pieces.filter(({ type, content }) => content && /disposition-notification$/i.test(type)).flatMap(({ content }) => parseHeaders(content!).ids('original-message-id'))
  const ids = [...all.flatMap((one) => one.ids('message-id')), ...named]
  const packed = parts.flatMap((part) => part.subarray(0, 256 * 1024).toString('latin1').match(/^(?:message-id|x-opora-reference):[ \t]*(?:\r?\n[ \t]+)?[^\r\n]{1,900}/gim) ?? [])
  const mark = [...all.map((one) => one.text('x-opora-reference') ?? ''), ...packed].map((line) => MARK.exec(line)?.[0]).find(Boolean)
  return [...ids, ...(mark && !ids.some(isOurForm) ? [`<${mark}@opora.invalid>`] : [])]
}

function dateOf(value: string | null): DateTime | undefined {
  const date = value ? DateTime.fromRFC2822(value.replace(/\s*\([^)]*\)\s*$/, ''), { zone: 'utc' }) : null
  return date?.isValid ? date : undefined
}
