import { htmlToText } from './html_text.js'
import { SIGNATURE_MARKERS } from './quote_patterns.js'

/** Longer ones are more than a signature: somebody wrote into it. */
const MAX_CHARS = 1500
const MAX_LINES = 20
const MAX_HTML = 100_000

/**
 * The words without the signature that their HTML marks as one (Gmail, Thunderbird, Outlook, Apple Mail, Proton):
 * only where exactly it stands at their end, and only when words are left.
 */
export function withoutMarkedSignature(text: string, html: string): string {
  let kept = text
  for (const marker of SIGNATURE_MARKERS) {
    const found = marker.exec(html)
    if (!found) continue
    const signature = htmlToText(elementAt(html, found.index, found[1]))
    if (signature.length < 2 || signature.length > MAX_CHARS || signature.split('\n').length > MAX_LINES) continue
    kept = withoutEnd(kept, signature)
  }
  return kept
}

/** The element that begins here, to its own end tag. */
function elementAt(html: string, at: number, tag: string): string {
  const tags = new RegExp(`<(/?)${tag}(?=[\\s>/])`, 'gi')
  const source = html.slice(at, at + MAX_HTML)
  let depth = 0
  for (const match of source.matchAll(tags)) {
    depth += match[1] ? -1 : 1
    if (depth === 0) return source.slice(0, match.index)
  }
  return ''
}

/** Two texts of one mail differ in their spaces and in how they write links. */
function withoutEnd(text: string, end: string): string {
  const wanted = bare(end)
  let at = text.length
  for (let left = wanted.length; left > 0 && at > 0; at--) {
    const char = text[at - 1]
    if (/\s/.test(char)) continue
    if (char !== wanted[left - 1]) return text
    left--
    if (left > 0) continue
    const kept = text.slice(0, at - 1)
    // Whole lines only, and never all there is.
    return /\n\s*$/.test(kept) && /\p{L}{2}|\d{2}/u.test(kept) ? kept.trimEnd().replace(/\n--$/, '').trimEnd() : text
  }
  return text
}

const bare = (text: string) => text.replace(/\s+/g, '')
