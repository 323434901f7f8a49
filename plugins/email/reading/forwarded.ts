import EmailForwardParser from 'email-forward-parser'
import { DateTime } from 'luxon'
import type { Address, Forwarded } from '#plugin'
import type { Piece } from './bounce.js'
import { parseHeaders } from './header_block.js'
import { parseAddresses, type Headers } from './headers.js'
import { FIELDS, FORWARD_LINES, FORWARD_SUBJECTS } from './forward_words.js'

/*
 * Whose mail somebody sent on to us. What is read here is text that anybody can write: the core
 * proposes the customer by it and never answers to it by itself.
 */

const library = new EmailForwardParser()
const MAX_TEXT = 60_000
const LIBRARY_TEXT = 12_000
const MAX_LINE = 2000
/** How far below the line that says so the header block may begin. */
const BLOCK_LINES = 14

/** Null when it is no forward, or when nobody can be told from it. */
export function readForwarded(headers: Headers, pieces: readonly Piece[], subject: string, text: string): Forwarded | null {
  const titled = FORWARD_SUBJECTS.test(subject)
  const whole = text.slice(0, MAX_TEXT).replace(/\r\n?/g, '\n').replace(/[\u00A0\u202F]/g, ' ').replace(/[\u200B\u200E\u200F\uFEFF]/g, '').split('\n').map((line) => line.slice(0, MAX_LINE)).join('\n')
  const line = FORWARD_LINES.exec(whole)
  // A reply quotes under the same line ("-----Original Message-----"): then its subject says Re.
  const answered = /^\s*(?:re|odp|aw|sv|vs|ant|απ|απάντηση|ynt|rép|ré|r|od|vá|ha|на|отв)(?:\[\d+\])?\s*:/iu.test(subject) && !titled
  const certain = line !== null && !(answered && /origin|původní|pôvodn|oryginaln|αρχικό|ursprüng|oorspronk|исходн/iu.test(line[0]))

  if (titled || certain) {
    const found = certain ? inBlock(whole, line!.index) : null
    const read = found ?? byLibrary(whole, titled ? subject : null) ?? (titled ? inBlock(whole, 0) : null)
    if (read) return read
  }
  const attached = titled || text.trim().length < 400 ? attachedMail(pieces) : null
  if (attached) return attached
  return titled || !answered ? resent(headers) : null
}

function byLibrary(text: string, subject: string | null): Forwarded | null {
  const { forwarded, email } = library.read(harmless(text), subject ?? undefined)
  if (!forwarded || !email.from?.address) return null
  return forwardedOf(
    { kind: 'email', value: email.from.address, ...(email.from.name ? { name: email.from.name } : {}) },
    { subject: email.subject, date: email.date, to: boxes(email.to), cc: boxes(email.cc) }
  )
}

/** The library's patterns try every pair of brackets of a line: of hostile lines it gets the beginning only. */
function harmless(text: string): string {
  return text
    .slice(0, LIBRARY_TEXT)
    .split('\n')
    .map((line) => (line.length > 300 || (line.match(/[<>|[\]"«»„,]/g)?.length ?? 0) > 24 ? line.slice(0, 160) : line))
    .join('\n')
}

interface Box {
  readonly address?: string | null
  readonly name?: string | null
}

function boxes(list: Box | readonly Box[] | null | undefined): Address[] {
  return [list ?? []].flat().flatMap(({ address, name }) => (address ? [{ kind: 'email' as const, value: address, ...(name ? { name } : {}) }] : []))
}

/** The header block that begins within a few lines of `from`: a sender with an address and at least two fields more. */
function inBlock(text: string, from: number): Forwarded | null {
  const lines = text.slice(from).split('\n')
  for (let start = 0; start < Math.min(lines.length, from === 0 ? 200 : BLOCK_LINES); start++) {
    if (!FIELDS.from.test(lines[start])) continue
    const found = readBlock(lines.slice(start, start + 20))
    if (found) return found
  }
  return null
}

function readBlock(lines: readonly string[]): Forwarded | null {
  const values: Partial<Record<keyof typeof FIELDS, string>> = {}
  let open: keyof typeof FIELDS | null = null
  let count = 0
  for (const line of lines) {
    if (line.replace(/[>*\s]/g, '') === '') {
      if (count >= 2) break
      continue
    }
    const name = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).find((one) => values[one] === undefined && FIELDS[one].test(line))
    if (name) {
      values[name] = FIELDS[name].exec(line)![1].trim()
      open = name
      count++
    } else if (open && count < 5 && !/^[ \t>*]*[\p{L} -]{2,25}[:：]/u.test(line) && (open === 'to' || open === 'cc' || open === 'from' || /^[ \t>]{2,}/.test(line))) {
      // Long lists of addresses go on in the next line.
      values[open] += ` ${line.replace(/^[ \t>*]+/, '').trim()}`
    } else if (!/^[ \t>*]*[\p{L} -]{2,25}[:：]/u.test(line)) break
  }
  const sender = mailboxesIn(values.from ?? '')[0]
  if (!sender || count < 3) return null
  return forwardedOf(sender, { subject: values.subject, date: values.sent, to: mailboxesIn(values.to ?? ''), cc: mailboxesIn(values.cc ?? '') })
}

/** `Jana [mailto:jana@posta.test]`, `"Jana" <jana@posta.test>; …`, `jana@posta.test <mailto:jana@posta.test>`. */
function mailboxesIn(line: string): Address[] {
  const plain = line
    .replace(/\*/g, '')
    .replace(/\[mailto:([^\]]{3,200})\]/gi, '<$1>')
    .replace(/<mailto:([^>]{3,200})>/gi, '<$1>')
    .replace(/\(mailto:([^)]{3,200})\)/gi, '<$1>')
    .replace(/<([^<>\s]+@[^<>\s]+)>\s*<\1>/g, '<$1>')
    .replace(/([^\s<>;,]+@[^\s<>;,]+)\s*<\1>/g, '<$1>')
    .replace(/\s*\[([^\s[\]]+@[^\s[\]]+)\]/g, ' <$1>')
    .replace(/\s*\(([^\s()]+@[^\s()]+)\)/g, ' <$1>')
    .replace(/;/g, ',')
  return parseAddresses(plain).map(({ name, ...address }) => ({ ...address, ...(name ? { name: name.replace(/^['"]|['"]$/g, '').trim() } : {}) }))
}

/** A mail as a file in a mail: its own headers are the surest. */
function attachedMail(pieces: readonly Piece[]): Forwarded | null {
  const part = pieces.find(({ type, content }) => content && /^message\/(?:rfc822|global)$/i.test(type))?.content
  if (!part) return null
  const headers = parseHeaders(part)
  const [sender] = headers.addresses('from')
  if (!sender) return null
  return forwardedOf(sender, { subject: headers.text('subject'), date: headers.text('date'), to: headers.addresses('to'), cc: headers.addresses('cc') })
}

/** Sent on by a rule or a list that put its own name in place of the sender's. */
function resent(headers: Headers): Forwarded | null {
  const [original] = headers.addresses('x-original-from')
  if (!original) return null
  return forwardedOf(original, { subject: headers.text('subject'), date: headers.text('date'), to: headers.addresses('to'), cc: [] })
}

function forwardedOf(sender: Address, rest: { subject?: string | null; date?: string | null; to?: readonly Address[]; cc?: readonly Address[] }): Forwarded {
  return {
    ...sender,
    value: sender.value.trim(),
    ...(rest.subject?.trim() ? { subject: rest.subject.trim().slice(0, 998) } : {}),
    ...(rest.date?.trim() ? { sentAt: momentOf(rest.date.trim()) } : {}),
    to: (rest.to ?? []).slice(0, 50),
    cc: (rest.cc ?? []).slice(0, 50),
  }
}

/** ISO 8601 when it says its time zone; else as it stood there, for people. */
function momentOf(date: string): string {
  const read = DateTime.fromRFC2822(date.replace(/\s*\([^)]*\)\s*$/, ''), { zone: 'utc' })
  return read.isValid ? read.toISO()! : date.slice(0, 200)
}
