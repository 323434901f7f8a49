import { fold, words } from './folding.js'
import type { Term } from './query.js'

/** A stretch of a text, and whether it is what was looked for. Plain text: whoever shows it escapes it. */
export interface Segment {
  readonly text: string
  readonly hit: boolean
}

const LENGTH = 180
const BEFORE = 50
/** Looked through for a place worth showing; a hit deeper in is shown by the text's beginning. */
const LOOKED_AT = 20_000

/** The piece of a text around the first words that were looked for, cut into segments. */
export function snippetOf(text: string, terms: readonly Term[]): Segment[] {
  const plain = text.slice(0, LOOKED_AT).replace(/\s+/g, ' ').trim()
  const hits = hitsIn(plain, terms, LENGTH)
  const first = hits[0]?.from ?? 0
  const from = first <= BEFORE ? 0 : wordStart(plain, first - BEFORE)
  const to = plain.length - from <= LENGTH ? plain.length : from + LENGTH
  const segments = cut(plain, hits, from, to)
  if (from > 0) segments.unshift({ text: '… ', hit: false })
  if (to < plain.length) segments.push({ text: ' …', hit: false })
  return segments
}

/** The whole of a short text (a subject, a name) with what was looked for marked. */
export function marked(text: string, terms: readonly Term[]): Segment[] {
  return cut(text, hitsIn(text, terms), 0, text.length)
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The places of the words; from the first on no further than `reach`, as nothing beyond is shown. */
function hitsIn(text: string, terms: readonly Term[], reach = Infinity): Range[] {
  const wanted = terms.flatMap(({ tokens, prefix }) => tokens.map((token, at) => ({ token, prefix: prefix && at === tokens.length - 1 })))
  if (wanted.length === 0) return []
  const hits: Range[] = []
  for (const { 0: written, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (hits.length > 0 && index > hits[0]!.from + reach) break
    // A sign like ½ folds into two words; its first speaks for it.
    const word = words(written)[0] ?? fold(written)
    if (wanted.some(({ token, prefix }) => (prefix ? word.startsWith(token) : word === token))) hits.push({ from: index, to: index + written.length })
  }
  return hits
}

function cut(text: string, hits: readonly Range[], from: number, to: number): Segment[] {
  const segments: Segment[] = []
  let at = from
  for (const hit of hits) {
    if (hit.from < from || hit.to > to) continue
    if (hit.from > at) segments.push({ text: text.slice(at, hit.from), hit: false })
    segments.push({ text: text.slice(hit.from, hit.to), hit: true })
    at = hit.to
  }
  if (at < to) segments.push({ text: text.slice(at, to), hit: false })
  return segments
}

function wordStart(text: string, near: number) {
  const space = text.indexOf(' ', near)
  return space < 0 ? near : space + 1
}
