import { htmlToText } from './html_text.js'
import { ATTRIBUTIONS, HEADER_KEYS, HTML_MARKERS, MOBILE_SIGNATURES, SEPARATORS } from './quote_patterns.js'

/*
 * What the writer wrote this time: without what they quote and how they sign. Only a view; the whole
 * text is always kept and one click away. In doubt it shows more.
 */

const MAX_CHARS = 200_000
const MAX_LINE = 1000
const QUOTED = /^\s?>/

/** The new words of a mail, by the signs in its text and by the marks mail programs leave in the HTML. */
export function visibleText(text: string, html?: string | null): string {
  const whole = text.slice(0, MAX_CHARS).replace(/\r\n?/g, '\n')
  const lines = whole.split('\n')
  const end = quoteStart(lines)
  const shown = withoutSignature(end === null ? lines : lines.slice(0, end))
  const marked = html && !hasInlineAnswers(lines, 0) ? beforeMarker(html) : null
  const fromHtml = marked === null ? '' : withoutSignature(marked.split('\n'))
  if (isVisible(fromHtml) && fromHtml.length < shown.length) return fromHtml
  return isVisible(shown) ? shown : whole.trim()
}

/** The line where the quoted past begins; null when there is none, or when answers stand inside it. */
function quoteStart(lines: readonly string[]): number | null {
  for (let index = 0; index < lines.length; index++) {
    const line = plain(lines[index])
    if (!line || line.length > MAX_LINE) continue
    if (SEPARATORS.some((pattern) => pattern.test(line)) || isHeaderBlock(lines, index)) return startOf(lines, index)
    const wrapped = attributionLength(lines, index)
    if (wrapped > 0) return hasInlineAnswers(lines, index + wrapped) ? null : startOf(lines, index)
  }
  return trailingQuote(lines)
}

/** An attribution may be wrapped over three lines; returns how many it takes, 0 if it is none. */
function attributionLength(lines: readonly string[], index: number): number {
  if (QUOTED.test(lines[index])) return 0
  let joined = ''
  for (let count = 1; count <= 3 && index + count <= lines.length; count++) {
    const line = plain(lines[index + count - 1])
    if (!line || QUOTED.test(line)) return 0
    joined = joined ? `${joined} ${line}` : line
    if (joined.length > 400) return 0
    if (ATTRIBUTIONS.some((pattern) => pattern.test(joined))) return count
  }
  return 0
}

/** Three of the four lines From, Sent, To, Subject in one language, within six. */
function isHeaderBlock(lines: readonly string[], index: number): boolean {
  const block = lines.slice(index, index + 6).map((line) => plain(line).slice(0, 300))
  return HEADER_KEYS.some((keys) => keys[0].test(`${block[0]} `) && keys.filter((key) => block.some((line) => key.test(`${line} `))).length >= 3)
}

/** Own lines below the first quoted one: the writer answers between the lines, or under them. */
function hasInlineAnswers(lines: readonly string[], from: number): boolean {
  const first = lines.findIndex((line, index) => index >= from && QUOTED.test(line))
  if (first === -1) return false
  const own = lines.slice(first).filter((line) => plain(line) && !QUOTED.test(line))
  const words = withoutSignature(own)
  return isVisible(words) && own.length > 0
}

/** A block of `>` lines that runs to the end, without any introduction. */
function trailingQuote(lines: readonly string[]): number | null {
  let index = lines.length
  let quoted = 0
  while (index > 0 && (!plain(lines[index - 1]) || QUOTED.test(lines[index - 1]))) {
    index--
    if (QUOTED.test(lines[index])) quoted++
  }
  return quoted > 0 && index > 0 && !lines.slice(0, index).some((line) => QUOTED.test(line)) ? index : null
}

/** Outlook draws a line of underscores above; it belongs to the quote. */
function startOf(lines: readonly string[], index: number): number {
  let start = index
  while (start > 0 && (!plain(lines[start - 1]) || /^_{5,}$/.test(plain(lines[start - 1])))) start--
  return start
}

function withoutSignature(lines: readonly string[]): string {
  const dashes = lines.findLastIndex((line) => /^--[ \u00A0]?$/.test(line))
  const kept = dashes > 0 && lines.length - dashes <= 15 ? lines.slice(0, dashes) : [...lines]
  while (kept.length > 0) {
    const last = plain(kept[kept.length - 1])
    if (last && !MOBILE_SIGNATURES.some((pattern) => pattern.test(last))) break
    kept.pop()
  }
  const text = kept.join('\n').trim()
  return isVisible(text) ? text : lines.join('\n').trim()
}

/** The HTML before its quote as text; null when nothing is marked, or when something is written below. */
function beforeMarker(html: string): string | null {
  const source = html.slice(0, MAX_CHARS)
  const starts = HTML_MARKERS.map((marker) => source.search(marker)).filter((at) => at >= 0)
  if (starts.length === 0) return null
  const close = source.toLowerCase().lastIndexOf('</blockquote>')
  if (close >= 0 && isVisible(withoutSignature(htmlToText(source.slice(close)).split('\n')))) return null
  return htmlToText(source.slice(0, Math.min(...starts)))
}

function plain(line: string): string {
  return line.replace(/[\u00A0\u202F]/g, ' ').replace(/[\u200B\uFEFF]/g, '').trim()
}

function isVisible(text: string): boolean {
  return text.replace(/[\s>_-]/g, '').length >= 2
}
