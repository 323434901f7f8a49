import EmailForwardParser from 'email-forward-parser'
import { DateTime } from 'luxon'
import type { Address, Forwarded } from '#plugin'
import type { Piece } from './bounce.js'
import { parseHeaders } from './header_block.js'
import { parseAddresses, type Headers } from './headers.js'
import { FIELDS, FORWARD_LINES, isForward, ORIGINAL, unrun } from './forward_words.js'
import { attributionIn } from './quotes.js'

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

/** A reply quotes under the same line ("-----Original Message-----"). */
const ORIGINAL_LINE = new RegExp(ORIGINAL, 'iu')
const ANSWERED = /^\s*(?:re|odp|aw|sv|vs|ant|απ|απάντηση|ynt|rép|ré|r|od|vá|ha|на|отв)(?:\[\d+\])?\s*:/iu

/**
 * Null when it is no forward, or when nobody can be told from it. Of an answer only what its writer shows is looked
 * at: what was once passed on stands in its history.
 */
export function readForwarded(headers: Headers, pieces: readonly Piece[], subject: string, { text, visible }: { text: string; visible: string }): Forwarded | null {
  const titled = isForward(subject, text)
  const answered = ANSWERED.test(subject) && !titled
  const whole = tidied(answered ? visible : text)
  const line = FORWARD_LINES.exec(whole)
  const certain = line !== null && !(answered && (ORIGINAL_LINE.test(line[0]) || /^\s*>/.test(line[0])))

  if (titled || certain) {
    const below = certain ? whole.slice(line!.index) : null
    const found = (below === null ? null : inBlock(below, true)) ?? (titled ? inBlock(whole, false) : null)
    const read = found ?? byLibrary(whole, titled ? subject : null) ?? byAttribution(below ?? whole)
    if (read) return read
  }
  const attached = titled || text.trim().length < 400 ? attachedMail(pieces) : null
  if (attached) return attached
  return titled || !answered ? resent(headers) : null
}

function tidied(text: string): string {
  const plain = text.slice(0, MAX_TEXT).replace(/\r\n?/g, '\n').replace(/[\u00A0\u202F]/g, ' ').replace(/[\u200B\u200E\u200F\uFEFF]/g, '')
  return plain.split('\n').map((line) => line.slice(0, MAX_LINE)).join('\n')
}

function byLibrary(text: string, subject: string | null): Forwarded | null {
  const { forwarded, email } = library.read(harmless(text), subject ?? undefined)
  const value = email.from?.address?.replace(/^[<("'\s]+|[>)"'\s]+$/g, '')
  if (!forwarded || !value || !/^[^\s@<>()]+@[^\s@<>()]+$/.test(value)) return null
  const name = email.from.name?.replace(/[\s<("']+$/g, '')
  return forwardedOf(
    { kind: 'email', value, ...(name ? { name } : {}) },
    { subject: email.subject, date: email.date, to: boxes(email.to), cc: boxes(email.cc) }
  )
}

/** The library's patterns try every pair of brackets of a line, and every run of blanks: of hostile lines it gets the beginning only. */
function harmless(text: string): string {
  return text
    .slice(0, LIBRARY_TEXT)
    .split('\n')
    .map((line) => (line.length > 300 || (line.match(/[<>|[\]"«»„,]/g)?.length ?? 0) > 24 ? line.slice(0, 160) : line).replace(/[ \t]{5,}/g, '    '))
    .filter((line, at, lines) => /[^\s>]/.test(line) || at === 0 || /[^\s>]/.test(lines[at - 1]))
    .join('\n')
}

interface Box {
  readonly address?: string | null
  readonly name?: string | null
}

function boxes(list: Box | readonly Box[] | null | undefined): Address[] {
  return [list ?? []].flat().flatMap(({ address, name }) => (address ? [{ kind: 'email' as const, value: address, ...(name ? { name } : {}) }] : []))
}

/**
 * The header block of a mail that is passed on: a sender with an address and at least two fields more. `announced`: the
 * first line says so, and the block begins within a few lines of it.
 */
function inBlock(text: string, announced: boolean): Forwarded | null {
  const lines = text.split('\n', announced ? 60 : 240)
  if (announced) lines.splice(0, 1, ...unrun(lines[0]).split('\n'))
  for (let start = 0; start < Math.min(lines.length, announced ? BLOCK_LINES : 200); start++) {
    if (!nameOf(lines[start])) continue
    const found = readBlock(lines.slice(start, start + 24))
    if (found) return found
  }
  return announced ? readBlock(withColons(lines.slice(1, 12))) : null
}

type Field = keyof typeof FIELDS
const NAMES = Object.keys(FIELDS) as Field[]
const OTHER_FIELD = /^[ \t>*]*[\p{L} -]{2,25}[:：]/u

const nameOf = (line: string, taken: Partial<Record<Field, string>> = {}) => NAMES.find((one) => taken[one] === undefined && FIELDS[one].test(line))

/** eM Client writes `Od "Jana" <jana@…>`. */
function withColons(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^(\p{L}{1,14}) (?=\S)/u, '$1: '))
}

function readBlock(lines: readonly string[]): Forwarded | null {
  const values: Partial<Record<Field, string>> = {}
  let open: Field | null = null
  let count = 0
  for (const [at, line] of lines.entries()) {
    if (isEmpty(line)) {
      const next = lines.slice(at + 1, at + 3).find((one) => !isEmpty(one))
      if (count >= 2 && !(next && nameOf(next, values))) break
      continue
    }
    const name = nameOf(line, values)
    if (name) {
      values[name] = FIELDS[name].exec(line)![1].trim()
      open = name
      count++
    } else if (open && count < 5 && !OTHER_FIELD.test(line) && (open === 'to' || open === 'cc' || open === 'from' || /^[ \t>]{2,}/.test(line))) {
      // Long lists of addresses go on in the next line.
      values[open] += ` ${line.replace(/^[ \t>*]+/, '').trim()}`
    } else if (!OTHER_FIELD.test(line)) break
  }
  const sender = senderIn(values.from ?? '')
  if (!sender || count < 3) return null
  return forwardedOf(sender, { subject: values.subject, date: values.sent, to: mailboxesIn(values.to ?? ''), cc: mailboxesIn(values.cc ?? '') })
}

const isEmpty = (line: string) => line.replace(/[>*\s]/g, '') === ''

/** `office@… [mailto:office@…] On Behalf Of Jana <jana@…>`: the one in whose name it was sent. */
function senderIn(line: string): Address | undefined {
  const behalf = /\s(?:on behalf of|jménem|v mene|w imieniu|im auftrag von|de la part de|en nombre de|per conto di)\s(.{3,300})$/iu.exec(line)?.[1]
  return (behalf ? mailboxesIn(behalf)[0] : undefined) ?? mailboxesIn(line)[0]
}

/** Outlook and Yandex pass on below the line of an answer: "Dne 2. 11. 2026 9:00, Jana <jana@…> napsal(a):" */
function byAttribution(text: string): Forwarded | null {
  const line = attributionIn(text)
  const found = line === null ? null : /^(.*?)[<([]{1,2}(?:mailto:)?([^<>()[\]\s,;]{1,64}@[^<>()[\]\s,;]{2,255})[>)\]]/u.exec(line.replace(/<mailto:[^>]*>/gi, ''))
  if (!found) return null
  const quoted = /["„“«»]\s?([^"„“”«»]{2,100}?)\s?["“”»]\s*$/u.exec(found[1])?.[1]
  const words = found[1].replace(/^.*(?:\d[\d:.]*|,)(?=\s)/u, '').replace(LEADING_WORDS, '').trim()
  const name = tidyName(quoted ?? words)
  const date = DATE_IN.exec(line!)?.[0]
  return forwardedOf({ kind: 'email', value: found[2], ...(name ? { name } : {}) }, { date, to: [], cc: [] })
}

/** What stands between the hour and the name. */
const LEADING_WORDS = /^(?:[\s,.]|(?:AM|PM|π\.μ\.|μ\.μ\.|Uhr|hod\.?|GMT|CET|CEST)(?=[\s,])|(?:odesílatel|uživatel|používateľ|użytkownik|пользователь|користувач|korisnik|ο χρήστης|ο\/η|schrieb|skrev|heeft|hat|schreef|napsal|użytkowniczka|от|von|da|de|from)(?=\s))+/iu
const DATE_IN = /\d{1,4}[^<>"„«@]{4,40}?\d{1,2}[:.]\d{2}/u
const tidyName = (name: string) => (/^[^\d@<>:]{2,100}$/u.test(name) ? name : '')

/** `Jana [mailto:jana@posta.test]`, `"Jana" <jana@posta.test>; …`, `jana@posta.test <mailto:jana@posta.test>`. */
function mailboxesIn(line: string): Address[] {
  const plain = line
    .slice(0, 20_000)
    .replace(/\*/g, '')
    .replace(/\[mailto:([^\]]{3,200})\]/gi, '<$1>')
    .replace(/<mailto:([^>]{3,200})>/gi, '<$1>')
    .replace(/\(mailto:([^)]{3,200})\)/gi, '<$1>')
    .replace(/<([^<>\s@]{1,64}@[^<>\s@]{1,255})>\s{0,9}<\1>/g, '<$1>')
    .replace(/([^\s<>;,@]{1,64}@[^\s<>;,@]{1,255})\s{0,9}<\1>/g, '<$1>')
    .replace(/\s{0,9}\[([^\s[\]@]{1,64}@[^\s[\]@]{1,255})\]/g, ' <$1>')
    .replace(/\s{0,9}\(([^\s()@]{1,64}@[^\s()@]{1,255})\)/g, ' <$1>')
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
