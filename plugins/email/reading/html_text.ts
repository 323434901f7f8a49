import { decodeHTML, decodeHTMLAttribute } from 'entities'

/*
 * What a person would read of an HTML mail that brought no text of its own. For search, quoting and the
 * list's preview; the page shows the HTML itself. One pass over the tags, so that no mail can make it slow.
 */

const MAX_HTML = 2 * 1024 * 1024
const BREAKS = new Set([
  ...['p', 'div', 'tr', 'table', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section', 'article', 'header', 'footer', 'main', 'nav', 'figure', 'figcaption', 'blockquote', 'pre', 'hr', 'address', 'aside'],
  ...['center', 'form', 'fieldset', 'legend', 'details', 'summary', 'caption', 'body'],
])
/** What stands in these is not for reading; `xml` is how Office talks to itself. */
const SKIPPED = new Set(['script', 'style', 'title', 'template', 'noscript', 'svg', 'math', 'xml', 'iframe', 'noframes', 'noembed', 'object', 'select', 'textarea'])
/** Newsletters fill the line that lists show with signs nobody sees. */
const FILLING = /(?:[\u034F\u200B-\u200D\u2007\u00AD\uFEFF][ \u00A0]{0,3}){4,}/g

/** Text of the HTML: paragraphs as lines, links with their address, quotes with `>`. */
export function htmlToText(html: string): string {
  // The tag in which it is cut is none.
  const source = html.length > MAX_HTML ? html.slice(0, MAX_HTML).replace(/<[^<>]*$/, '') : html
  const out: string[] = []
  let quotes = 0
  let preformatted = 0
  let href: string | null = null
  let linkStart = 0
  const put = (text: string) => out.push(text)
  const newLine = () => put(`\n${'> '.repeat(quotes)}`)

  for (const piece of piecesOf(source)) {
    if ('text' in piece) {
      if (preformatted > 0) put(decoded(piece.text).replace(/\n/g, `\n${'> '.repeat(quotes)}`))
      else put(words(piece.text))
      continue
    }
    const { tag, closing, attributes } = piece
    if (tag === 'br') newLine()
    else if (tag === 'td' || tag === 'th') put(closing ? ' ' : '')
    else if (tag === 'img') put(pictured(attributes))
    else if (tag === 'a' && !closing) {
      href = attribute(attributes, 'href')
      linkStart = out.length
    } else if (tag === 'a' && href) {
      const label = out.slice(linkStart).join('').trim()
      if (/^https?:/i.test(href) && label && !saysAddress(label, href)) put(` (${href})`)
      href = null
    } else if (BREAKS.has(tag)) {
      if (tag === 'blockquote') quotes = Math.max(0, Math.min(20, quotes + (closing ? -1 : 1)))
      if (tag === 'pre') preformatted = Math.max(0, preformatted + (closing ? -1 : 1))
      if (!/^\n(?:> )*- $/.test(out.at(-1) ?? '')) newLine()
      if (!closing && tag === 'li') out.push(`${out.pop()}- `)
    }
  }
  return neat(out.join(''))
}

type Part = { readonly text: string } | { readonly tag: string; readonly closing: boolean; readonly attributes: string }

/** Text and tags by turns, as browsers tell them apart: a `>` in quotes ends no tag, and `a < b` begins none. */
function* piecesOf(source: string): Generator<Part> {
  const begins = /<(?:!--|[!?]|(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>]))/g
  const closings = new Map<string, boolean>()
  const ends = tagEnds(source)
  let end = 0
  for (let match = begins.exec(source); match; match = begins.exec(source)) {
    if (match[0].endsWith(':')) continue
    const comment = match[0] === '<!--'
    const close = comment ? source.indexOf('-->', begins.lastIndex) + 3 : ends(begins.lastIndex) + 1
    // Never ended, it is nothing but a sign.
    if (!comment && close === 0) continue
    if (match.index > end) yield { text: source.slice(end, match.index) }
    if (comment && close === 2) return
    end = close
    const tag = match[2]?.toLowerCase()
    if (tag) {
      const [closing, attributes] = [match[1] === '/', source.slice(begins.lastIndex, close - 1)]
      if (SKIPPED.has(tag) && !closing && !attributes.endsWith('/') && closings.get(tag) !== false) {
        const after = indexOfClose(source, tag, end)
        closings.set(tag, after !== -1)
        if (after !== -1) end = after
      } else yield { tag, closing, attributes }
    }
    begins.lastIndex = end
  }
  yield { text: source.slice(end) }
}

/** Where a tag ends: the first `>` outside the quotes of its attributes; quotes that never end are none. -1: before another begins, not at all. */
function tagEnds(source: string): (from: number) => number {
  const unclosed = new Set<string>()
  const stops = /["'>]|<[a-zA-Z/!?]/g
  return (from) => {
    stops.lastIndex = from
    for (let stop = stops.exec(source); stop; stop = stops.exec(source)) {
      if (stop[0] === '>') return stop.index
      if (stop[0].startsWith('<')) return -1
      if (unclosed.has(stop[0]) || !/=\s{0,20}$/.test(source.slice(Math.max(from, stop.index - 21), stop.index))) continue
      const end = source.indexOf(stop[0], stop.index + 1)
      if (end === -1) unclosed.add(stop[0])
      else stops.lastIndex = end + 1
    }
    return -1
  }
}

function indexOfClose(source: string, tag: string, from: number): number {
  const pattern = new RegExp(`</${tag}\\s*>`, 'gi')
  pattern.lastIndex = from
  return pattern.exec(source) ? pattern.lastIndex : -1
}

function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|[\\s"'/])${name}\\s{0,20}=\\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes.slice(0, 20_000))
  const value = found?.slice(1).find(Boolean)
  return value === undefined ? null : decodeHTMLAttribute(value).trim()
}

/** A smile is a letter, though some programs send its picture. */
function pictured(attributes: string): string {
  const alt = attribute(attributes, 'alt') ?? ''
  return alt.length <= 20 && /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\u200D|\uFE0F)+$/u.test(alt) && /\P{ASCII}/u.test(alt) ? alt : ''
}

/** Whether the words of a link are its address already. */
function saysAddress(label: string, address: string): boolean {
  return address === label || (label.includes('.') && address.includes(label))
}

function words(text: string): string {
  return decoded(text.replace(/[ \t\r\n\f]+/g, ' ')).replace(/[\u00A0\n]/g, ' ')
}

/** Signs that only say where a word may part, or which way it is read, are for the eye alone. */
function decoded(text: string): string {
  return decodeHTML(text).replace(/[\u00AD\u200E\u200F\0]/g, '')
}

/** Spaces around line ends go; empty lines are at most one. */
function neat(text: string): string {
  const lines = text
    .replace(FILLING, '')
    .replace(/\u00A0/g, ' ')
    .split('\n')
    .map((line) => line.replace(/[ \t]{2,}/g, ' ').replace(/^ +(?=\S)/, '').trimEnd())
  const kept: string[] = []
  for (const line of lines) {
    const empty = /^(> ?)*$/.test(line)
    const last = kept.at(-1)
    if (empty && (last === undefined || /^(> ?)*$/.test(last))) continue
    kept.push(line)
  }
  return kept.join('\n').trim()
}

/** Plain text as HTML: for a part that stands beside HTML, and for the second half of our own mails. */
export function textToHtml(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  return `<div style="white-space:pre-wrap">${safe.replace(/\r?\n/g, '<br>\n')}</div>`
}
