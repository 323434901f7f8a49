import { htmlToText } from './html_text.js'
import { withoutMarkedSignature } from './signatures.js'
import { FIELDS, FORWARDED, unrun } from './forward_words.js'
import { ANSWERED_INSIDE, BEGINS, CLOCK, DAY, FORMULA, HEADER_KEYS, HOUR, HTML_MARKERS, ISO_DAY, MAILBOX, MOBILE_SIGNATURES, ORIGINAL_ALONE, PERSONAL, QUOTING, SEPARATORS, WROTE } from './quote_patterns.js'

/*
 * What the writer wrote this time: without what they quote and how they sign. Only a view; the whole
 * text is always kept and one click away. In doubt it shows more.
 */

const MAX_CHARS = 200_000
const MAX_LINE = 1000
const MAX_ATTRIBUTION = 400
const QUOTED = /^[\s\u00A0]{0,3}>/
/** Below their signature some telephones say where their program is had; any other address is the writer's. */
const APP_ADDRESS = /^<?https?:\/\/\S{0,40}(?:aqua|mobisystems|bluemail|typeapp|apps\.apple|play\.google|aka\.ms|yahoo|canarymail|sparkmail|edison|proton)\S{0,100}$/i
const STARTS_FIELD = /^\*?\p{L}[\p{L} ]{0,20}[:：]/u

/** Which lines are history: from `start` on, to the end, or to `end` where the writer answers below it. */
interface History {
  readonly start: number
  readonly end: number | null
}

/** The new words of a mail, by the signs in its text and by the marks mail programs leave in the HTML. */
export function visibleText(text: string, html?: string | null): string {
  const whole = text.slice(0, MAX_CHARS).replace(/\r\n?/g, '\n')
  const lines = unarmoured(whole).split('\n').flatMap(apart)
  const history = historyIn(lines)
  if (text.length > MAX_CHARS && history === null) return text
  const shown = history === null ? withoutSignature(lines) : aroundOf(lines, history)
  const marked = html && history?.end == null && !hasInlineAnswers(lines, 0) ? beforeMarker(html) : null
  const fromHtml = marked === null ? '' : withoutSignature(marked.split('\n'))
  const words = isVisible(fromHtml) && fromHtml.length < shown.length ? fromHtml : shown
  const found = html ? withoutMarkedSignature(words, html.slice(0, MAX_CHARS)) : words
  return isVisible(found) && !(found.length < 300 && found.length < whole.length / 2 && ANSWERED_INSIDE.test(found)) ? found : whole.trim()
}

/** A letter signed with PGP in its text, without the signature and its marks (RFC 4880 §7). */
function unarmoured(text: string): string {
  const begins = /(?:^|\n)-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,40}: .{0,200}\n){0,10}[ \t]*\n/.exec(text)
  const ends = begins ? text.indexOf('\n-----BEGIN PGP SIGNATURE-----', begins.index) : -1
  if (!begins || ends === -1) return text
  const close = /\n-----END PGP SIGNATURE-----[ \t]*(?=\n|$)/.exec(text.slice(ends))
  const words = text.slice(begins.index + begins[0].length, ends).replace(/^- /gm, '')
  return `${text.slice(0, begins.index)}\n${words}${close ? text.slice(ends + close.index + close[0].length) : ''}`
}

/** An attribution that shares its line with the words before it, or, on Yahoo's telephones, with those it quotes. */
function apart(line: string): string[] {
  if (line.length > MAX_LINE || !/[:：]\s{2}|\swrote:\s*$/u.test(line) || QUOTED.test(line)) return [line]
  const joined = /^(.{5,300}?[^\s][:：])\s{2,}(\S.*)$/u.exec(line)
  if (joined && MAILBOX.test(joined[1]) && sureness(plain(joined[1])) === 'sure') return [joined[1], joined[2]]
  const shared = /^(.*?\S)(?:\s|\s?-{2,4}\s?)(On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? .{6,200}\swrote:)\s*$/u.exec(line)
  return shared && sureness(shared[2]) === 'sure' ? [shared[1], shared[2]] : [line]
}

function aroundOf(lines: readonly string[], { start, end }: History): string {
  const above = withoutSignature(lines.slice(0, start))
  const below = end === null ? '' : withoutSignature(lines.slice(end))
  return [above, below].filter((part) => isVisible(part)).join('\n\n')
}

/** The lines of the quoted past; null when there are none, or when answers stand between them. */
function historyIn(lines: readonly string[]): History | null {
  for (let index = 0; index < lines.length; index++) {
    const line = plain(lines[index])
    if (!line || line.length > MAX_LINE) continue
    // What is passed on is there to be read.
    if (FORWARDED.test(line)) return null
    if (SEPARATORS.some((pattern) => pattern.test(line)) || isHeaderBlock(lines, index) || isHeaderRow(line) || isMarkedHead(lines, index)) return { start: startOf(lines, index), end: null }
    const wrapped = attributionLength(lines, index)
    if (wrapped > 0) return belowAttribution(lines, index, wrapped)
  }
  return quotedBlock(lines)
}

/** Below it stands what is quoted, marked or not; and below that, perhaps, the answer. */
function belowAttribution(lines: readonly string[], index: number, wrapped: number): History | null {
  const start = startOf(lines, index)
  const next = nextFilled(lines, index + wrapped)
  if (next === -1 || !QUOTED.test(lines[next])) return hasInlineAnswers(lines, index + wrapped) ? null : { start, end: null }
  const end = endOfQuoted(lines, next)
  return answersBelow(lines, end) ? bottomPosted(lines, start, end) : { start, end: null }
}

function bottomPosted(lines: readonly string[], start: number, end: number): History | null {
  return lines.slice(end).some((line) => QUOTED.test(line)) ? null : { start, end }
}

/**
 * An attribution may be wrapped over four lines; returns how many it takes, 0 if it is none. It names a day, an hour
 * or an address and says "wrote"; a sentence that happens to do so is one only with quoted lines below.
 */
function attributionLength(lines: readonly string[], index: number): number {
  if (QUOTED.test(lines[index])) return 0
  let joined = ''
  for (let count = 1; count <= 4 && index + count <= lines.length; count++) {
    const line = plain(lines[index + count - 1])
    if (!line || QUOTED.test(line)) return 0
    if (count === 2 && !BEGINS.test(joined) && !MAILBOX.test(joined)) return 0
    joined = joined ? `${joined}${/[<@]$/.test(joined) ? '' : ' '}${line}` : line
    if (joined.length > MAX_ATTRIBUTION) return 0
    const sure = sureness(joined)
    if (sure === 'sure') return count
    if (sure === 'perhaps') {
      const next = nextFilled(lines, index + count)
      if (next !== -1 && QUOTED.test(lines[next])) return count
    }
  }
  return 0
}

/** The first line that surely says who wrote what stands below it, unwrapped; null when there is none. */
export function attributionIn(text: string): string | null {
  const lines = text.slice(0, MAX_CHARS).split('\n', 400)
  for (let index = 0; index < lines.length; index++) {
    const count = lines[index].length > MAX_LINE ? 0 : attributionLength(lines, index)
    if (count > 0) return lines.slice(index, index + count).map(plain).join(' ')
  }
  return null
}

function sureness(said: string): 'sure' | 'perhaps' | null {
  // Zoho: "---- On Mon, 02 Nov 2026 10:00:00 +0100 Jana <jana@…> wrote ----"
  const line = said.replace(/^[-‐]{2,6}\s/, '').replace(/\s?[-‐]{2,6}$/, '')
  const colon = /[:：]$/.test(line)
  const wrote = WROTE.test(line)
  const [day, hour, mailbox, begins] = [DAY.test(line), HOUR.test(line), MAILBOX.test(line), BEGINS.test(line)]
  if (line !== said && wrote && day && hour) return 'sure'
  if (!colon && !(wrote && /(?:wrote|έγραψε|napsala?|napisała?\(a\))$/iu.test(line))) return bareDate(line) ? 'perhaps' : null
  if (wrote && colon && ((begins && (mailbox || (day && hour && !PERSONAL.test(line)))) || (mailbox && day))) return 'sure'
  if (wrote && !colon) return begins && day && (hour || mailbox) ? 'sure' : null
  if (wrote && day && hour && (ISO_DAY.test(line) || FORMULA.test(line))) return 'sure'
  // In whatever language: the iPhone in Czech and Slovak, "2. 11. 2026 v 10:00, Jana <jana@…>:"
  if (day && hour && mailbox && (begins || /[>)\]]\s?[:：]$/.test(line))) return 'sure'
  if (mailbox && QUOTING.test(line)) return 'sure'
  return (wrote && (day || hour || mailbox || line.length < 120)) || (begins && day && hour) ? 'perhaps' : null
}

/** Gmail of old and Rambler, without any verb: "2026/11/2 Jana <jana@…>" and "02.11.2026, 10:00, Jana <jana@…>" */
function bareDate(line: string): boolean {
  if (/^\d.{10,200}<[^<>\s]{3,200}>$/u.test(line) && DAY.test(line) && HOUR.test(line) && MAILBOX.test(line)) return true
  if (/^\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} GMT[+-]\d{2}:\d{2} .{2,100}$/u.test(line)) return true
  return /^\d{4}[/-]\d{1,2}[/-]\d{1,2}\s.{1,200}<[^<>\s]{3,200}>$/u.test(line) && MAILBOX.test(line)
}

/** Three of the lines From, Sent, To, Cc, Subject in one language, one below the other; long ones may be wrapped. */
function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const block = lines.slice(index, index + 10).map((line) => `${plain(line).slice(0, 300)} `)
  return HEADER_KEYS.some(({ from, subject, all }) => {
    if (!all.some((key) => key.test(block[0]))) return false
    const found = new Set<RegExp>()
    let strange = 0
    let taken = 0
    for (const line of block) {
      const key = all.find((one) => !found.has(one) && one.test(line))
      strange = key ? 0 : strange + 1
      if (strange > 2 || (line === ' ' && found.size >= 3)) break
      if (key) found.add(key)
      taken++
    }
    const said = block.slice(0, taken)
    // "Od: Brno, Do: Praha, Datum: pátek" is a parcel's way, not a mail's head.
    return found.size >= 3 && said.some((line) => from.test(line)) && (said.some((line) => subject.test(line)) || said.some((line) => MAILBOX.test(line) || CLOCK.test(line)))
  })
}

/** A whole head in one line: "Date: … From: … To: … Subject: …" */
function isHeaderRow(line: string): boolean {
  if (!MAILBOX.test(line) || !STARTS_FIELD.test(line)) return false
  const rows = unrun(line).split('\n')
  return rows.length >= 4 && [FIELDS.from, FIELDS.sent, FIELDS.to, FIELDS.subject].every((field) => rows.some((row) => field.test(row)))
}

/** Centrum.cz: under a line of underscores only the head is marked with ">", what follows it is not. */
function isMarkedHead(lines: readonly string[], index: number): boolean {
  if (!/^_{20,100}$/.test(plain(lines[index]))) return false
  const head = lines.slice(index + 1, index + 12)
  const end = head.findIndex((line) => !QUOTED.test(line))
  const next = nextFilled(lines, index + 1 + end)
  return end >= 3 && next !== -1 && !QUOTED.test(lines[next]) && isHeaderBlock(head.slice(0, end).map((line) => line.replace(QUOTED, '')), 0)
}

/** Own lines below the first quoted one: the writer answers between the lines, or under them. */
function hasInlineAnswers(lines: readonly string[], from: number): boolean {
  const first = lines.findIndex((line, index) => index >= from && QUOTED.test(line))
  return first !== -1 && isVisible(withoutSignature(lines.slice(first).filter((line) => plain(line) && !QUOTED.test(line))))
}

/** One block of `>` lines without any introduction: at the end of the letter, or at its beginning. */
function quotedBlock(lines: readonly string[]): History | null {
  const first = lines.findIndex((line) => QUOTED.test(line))
  if (first === -1) return null
  const end = endOfQuoted(lines, first)
  const above = lines.slice(0, first).some((line) => plain(line))
  if (!answersBelow(lines, end)) return above ? { start: startOf(lines, first), end: null } : null
  return above ? null : bottomPosted(lines, first, end)
}

/** Whether more than a signature stands below. */
function answersBelow(lines: readonly string[], from: number): boolean {
  const rest = lines.slice(from)
  if (!rest.some((line) => plain(line))) return false
  return isVisible(signatureless(rest).join(''))
}

function endOfQuoted(lines: readonly string[], from: number): number {
  let end = from
  for (let index = from; index < lines.length && (QUOTED.test(lines[index]) || !plain(lines[index])); index++) if (QUOTED.test(lines[index])) end = index + 1
  return end
}

function nextFilled(lines: readonly string[], from: number): number {
  for (let index = from; index < Math.min(lines.length, from + 5); index++) if (plain(lines[index])) return index
  return -1
}

/** Outlook draws a line of underscores above; it belongs to the quote. */
function startOf(lines: readonly string[], index: number): number {
  let start = index
  while (start > 0 && (!plain(lines[start - 1]) || /^[_-]{5,}$/.test(plain(lines[start - 1])) || ORIGINAL_ALONE.test(plain(lines[start - 1])))) start--
  return start
}

function withoutSignature(lines: readonly string[]): string {
  const text = signatureless(lines).join('\n').trim()
  return isVisible(text) ? text : lines.join('\n').trim()
}

function signatureless(lines: readonly string[]): string[] {
  const dashes = lines.findLastIndex((line) => /^--[ \u00A0]?$/.test(line))
  const kept = dashes >= 0 && lines.length - dashes <= 20 ? lines.slice(0, dashes) : [...lines]
  let mobile = false
  while (kept.length > 0) {
    const last = plain(kept[kept.length - 1])
    const signs = isMobileSignature(last) || (APP_ADDRESS.test(last) && isMobileSignature(plain(kept[kept.length - 2] ?? '')))
    if (last && !signs && !(mobile && /^[-–—_]{1,40}$/.test(last))) break
    mobile ||= signs
    kept.pop()
  }
  return kept
}

function isMobileSignature(line: string): boolean {
  const bare = line.replace(/^(?:<<|[(*])\s?(.{4,150}?)\s?(?:>>|[)*])$/, '$1')
  return line.length <= 200 && MOBILE_SIGNATURES.some((pattern) => pattern.test(bare))
}

/** The HTML before its quote as text; null when nothing is marked, when it is passed on, or when something is written below. */
function beforeMarker(html: string): string | null {
  const source = html.slice(0, MAX_CHARS)
  const starts = HTML_MARKERS.map((marker) => source.search(marker)).filter((at) => at >= 0)
  if (starts.length === 0) return null
  const start = Math.min(...starts)
  const close = source.toLowerCase().lastIndexOf('</blockquote>')
  if (close >= 0 && isVisible(withoutSignature(htmlToText(source.slice(close)).split('\n')))) return null
  const quoted = htmlToText(source.slice(start, start + 4000)).split('\n', 5)
  return quoted.some((line) => FORWARDED.test(plain(line))) ? null : htmlToText(source.slice(0, start))
}

function plain(line: string): string {
  return line
    .replace(/[\u00A0\u202F]/g, ' ')
    .replaceAll('\u2011', '-')
    .replace(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '')
    .trim()
}

function isVisible(text: string): boolean {
  return text.replace(/[\s>_-]/g, '').length >= 2
}
