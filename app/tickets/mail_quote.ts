/** A mail taken apart where its history begins and ends; all three parts are balanced HTML in their place. */
export interface FoldedMail {
  readonly before: string
  readonly quoted: string
  readonly after: string
}

/** A longer correspondence than this is no correspondence; it is shown as it came. */
const MOST_QUOTES = 100

interface Element {
  readonly tag: string
  readonly attributes: string
  readonly start: number
  /** Where its content begins. */
  readonly inner: number
  readonly parent: Element | null
  /** Where its content ends, and where it ends itself. */
  innerEnd: number
  end: number
}

/**
 * Finds the earlier messages that mail programs repeat below (or above) an answer: Gmail, Apple, Thunderbird,
 * Outlook, Yahoo, Proton and our own quote (contracts/channels/07b). Takes HTML that `sanitiseMail` has made.
 *
 * @returns null when there is no history, or when anything speaks against folding it: answers between the
 * quoted parts, or nothing left to read. In doubt more is shown.
 */
export function foldQuote(html: string): FoldedMail | null {
  const elements = elementsOf(html)
  const quotes = elements.filter(isQuote)
  if (quotes.length > MOST_QUOTES) return null
  const regions = joined(html, quotes.map((element) => regionOf(html, elements, element)))
  if (regions.length !== 1) return null
  const [{ start, end }] = regions
  const parts = { before: html.slice(0, start), quoted: html.slice(start, end), after: html.slice(end) }
  return says(parts.before) || says(parts.after) ? parts : null
}

interface Region {
  readonly start: number
  readonly end: number
}

/** From here on everything is history, without an element around all of it. */
const BEGINS = /\b(quote-begins|moz-cite-prefix)\b/
/** Outlook's line above "From: … Sent: …". */
const OUTLOOK = /border-top:\s*solid\s+#[0-9a-f]{3,6}\s+1(\.0)?pt;.*padding:\s*3(\.0)?pt\s+0(cm|in)/i

function isQuote({ tag, attributes }: Element): boolean {
  if (tag === 'blockquote') return /\stype="cite"|gmail_quote/.test(attributes)
  return /\b(gmail_quote|gmail_quote_container|protonmail_quote|quote-begins|moz-cite-prefix)\b/.test(attributes) || OUTLOOK.test(attributes)
}

function regionOf(html: string, elements: readonly Element[], element: Element): Region {
  if (element.tag !== 'blockquote' && !BEGINS.test(element.attributes) && !OUTLOOK.test(element.attributes)) return unanswered(html, elements, element)
  if (element.tag === 'blockquote' || /moz-cite-prefix/.test(element.attributes)) return element
  // A wrapper that says nothing before the mark is history too; the level above it ends with it.
  let first = element
  while (first.parent && !says(html.slice(first.parent.inner, first.start))) first = first.parent
  return { start: first.start, end: first.parent?.innerEnd ?? html.length }
}

/** Gmail puts answers between the lines into its own wrapper: then only the quotes themselves are history. */
function unanswered(html: string, elements: readonly Element[], wrapper: Element): Region {
  const quote = elements.find(({ tag, start, end }) => tag === 'blockquote' && start > wrapper.start && end < wrapper.end)
  return quote && says(html.slice(quote.end, wrapper.innerEnd)) ? quote : wrapper
}

/** Those inside another are part of it; neighbours with nothing said between them are one. */
function joined(html: string, regions: readonly Region[]): Region[] {
  const found: Region[] = []
  for (const region of [...regions].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = found.at(-1)
    if (last && region.end <= last.end) continue
    const between = last ? html.slice(last.end, region.start) : ''
    if (last && !says(between) && balanced(between)) found[found.length - 1] = { start: last.start, end: region.end }
    else found.push(region)
  }
  return found
}

/** Whether what stands between two places is at one level. */
function balanced(html: string): boolean {
  let depth = 0
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/gi)) {
    if (VOID.has(name.toLowerCase())) continue
    depth += slash ? -1 : 1
    if (depth < 0) return false
  }
  return depth === 0
}

/** Two visible characters, or a picture. */
function says(html: string): boolean {
  if (/<img\b/i.test(html)) return true
  const words = html.replace(/<[^>]*>/g, '').replace(/&nbsp;|&#160;/g, ' ')
  return words.replace(/\s/gu, '').length >= 2
}

const VOID = new Set(['br', 'col', 'hr', 'img', 'wbr'])

/** Every element with where it begins and ends, in the order of their beginnings. */
function elementsOf(html: string): Element[] {
  const elements: Element[] = []
  const open: Element[] = []
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
    const [whole, slash, name, attributes] = match
    const tag = name.toLowerCase()
    if (VOID.has(tag)) continue
    const after = match.index + whole.length
    if (!slash) {
      const element = { tag, attributes, start: match.index, inner: after, parent: open.at(-1) ?? null, innerEnd: html.length, end: html.length }
      elements.push(element)
      open.push(element)
      continue
    }
    const at = open.findLastIndex((element) => element.tag === tag)
    if (at === -1) continue
    Object.assign(open[at], { innerEnd: match.index, end: after })
    open.length = at
  }
  return elements
}
