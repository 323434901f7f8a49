import addressparser from 'nodemailer/lib/addressparser'
import type { Address } from '#plugin'
import { decodeText } from './charset.js'
import { readDate } from './date.js'

/** A header line as the parser cut it: still folded, one character a byte. */
export interface HeaderLine {
  readonly key: string
  readonly line: string
}

const ADDRESS = /^[^\s@<>"(),]+@[^\s@<>"(),]+$/
const ANYWHERE = /[\w.+&%'=/!#$*-]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,8}[\p{L}\d-]{2,63}/gu
const MAX_ADDRESSES = 1024 * 1024
/** Folded in the middle, too. */
const IDS = /<(?:[^<>\s]{1,900}|[^<>@]{1,400}@[^<>@]{1,400})>/g
/** The mail that answers everything it ever saw has thousands; the newest matter. */
const MAX_IDS = 200

/** The headers of a mail, decoded by our own charset rules, never throwing whatever stands in them. */
export class Headers {
  readonly #lines: readonly HeaderLine[]
  readonly #charset: string | undefined

  /** @param charset - read raw letters as this, whatever they look like */
  constructor(lines: readonly HeaderLine[], charset?: string) {
    this.#lines = lines
    this.#charset = charset
  }

  /** The first header of this name as a person reads it; null if there is none or it is empty. */
  text(name: string): string | null {
    const raw = this.#raw(name)[0]
    return raw === undefined ? null : tidy(decodeWords(raw)) || null
  }

  /** Every header of this name, undecoded but for stray 8-bit characters. */
  all(name: string): readonly string[] {
    return this.#raw(name)
  }

  has(name: string): boolean {
    return this.#lines.some((line) => line.key === name)
  }

  /** Where headers of this name stand among all, from the top: who wrote which line is told by what stands above it. */
  places(name: string): readonly number[] {
    return this.#lines.flatMap((line, index) => (line.key === name ? [index] : []))
  }

  /** When it was written, as its sender says; null when they say nothing that is a time. In ms, UTC. */
  date(): number | null {
    for (const raw of this.#raw('date')) {
      const at = readDate(decodeWords(raw))
      if (at !== null) return at
    }
    return null
  }

  /** Groups are flattened; what has no address in it is left out. */
  addresses(name: string): readonly Address[] {
    return this.#raw(name).flatMap((raw) => parseAddresses(raw))
  }

  /** Message ids in the order they stand; a mangled list is searched for anything that looks like one. */
  ids(name: string): readonly string[] {
    const raw = this.#raw(name).join(' ')
    const found = raw.match(IDS)?.map((id) => id.replace(/\s+/g, ''))
    if (found) return found.slice(-MAX_IDS)
    const bare = raw.trim()
    return /^[^\s<>]{1,900}$/.test(bare) ? [`<${bare}>`] : []
  }

  #raw(name: string): readonly string[] {
    return this.#lines.filter((line) => line.key === name).map(({ line }) => unfold(line, this.#charset))
  }
}

/** Bounded, so that a header full of beginnings costs no time. */
const WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,8000})\?=/g
/** The last word, cut off by a program that limits its headers. */
const CUT_WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?\s]{2,8000})\??$/

/** Encoded words (RFC 2047) into letters. Neighbours of one charset are joined first: some senders cut a letter in two. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  const once = decodeOnce(text)
  // A relay encodes what was encoded already.
  return once !== text && once.search(WORD) >= 0 ? decodeOnce(once) : once
}

function decodeOnce(text: string): string {
  const joined = text.replace(/(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)/g, '$1')
  let out = ''
  let end = 0
  let charset = ''
  let bytes: Buffer[] = []
  let base64 = ''
  const settle = () => {
    if (base64) bytes.push(Buffer.from(base64, 'base64'))
    base64 = ''
  }
  const flush = () => {
    settle()
    if (bytes.length > 0) out += decodeText(Buffer.concat(bytes), charset)
    bytes = []
  }
  const add = (label: string, coding: string, body: string, from: number) => {
    if (from > end || charset !== label.toLowerCase()) flush()
    if (from > end) out += joined.slice(end, from)
    charset = label.toLowerCase()
    if (coding.toLowerCase() === 'q') {
      settle()
      bytes.push(unquote(body))
      return
    }
    // Cut in the middle of four characters: the next word goes on with them.
    base64 += body.replace(/[^A-Za-z0-9+/=]/g, '')
    if (base64.length % 4 === 0 || base64.endsWith('=')) settle()
  }
  for (const match of joined.matchAll(WORD)) {
    add(match[1], match[2], match[3], match.index)
    end = match.index + match[0].length
  }
  const cut = CUT_WORD.exec(joined.slice(end))
  if (cut) {
    add(cut[1], cut[2], cut[3], end + cut.index)
    end = joined.length
  }
  flush()
  return out + joined.slice(end)
}

/** Several with commas, or with semicolons as Outlook writes them; whatever else stands there, an address in it is found. */
export function parseAddresses(raw: string): Address[] {
  const list = raw.slice(0, MAX_ADDRESSES)
  let found: Address[] = []
  try {
    found = flatten(addressparser(readable(list)) as Parsed[])
  } catch {
    // What follows looks for itself.
  }
  if (found.length > 0) return found
  const inside = decodeWords(list).match(ANYWHERE)
  return inside ? inside.slice(0, 1).map((value) => ({ kind: 'email' as const, value })) : []
}

/** After an address in brackets a name and another address, where a comma was forgotten; quoted words are stepped over. */
const BETWEEN = /"(?:[^"\\]|\\.){0,1000}"|(<[^\s<>@"]{1,200}@[^\s<>"]{1,255}>)[ \t]+(?=(?:"[^"<>]{1,100}"|[^\s,;:<>()"][^,;:<>()"]{0,100})[ \t]*<[^\s<>@]{1,200}@)/g

/** What the parser would stumble over: double brackets, a bracket or quote that is not closed, a name in brackets, a route, `mailto:`. */
function readable(list: string): string {
  const quotes = list.indexOf('"') === list.lastIndexOf('"') ? list.replace('"', '') : list
  return quotes
    .replace(BETWEEN, (whole, address?: string) => (address ? `${address}, ` : whole))
    .replace(/<{2,}/g, '<')
    .replace(/>{2,}/g, '>')
    .replace(/<\s*(?:mailto:\s*|@[^\s:<>"]{1,255}:)/gi, '<')
    .replace(/(^|[\s,;])mailto:(?=[^\s@]{1,64}@)/gi, '$1')
    .replace(/<([^<>@",;]{1,100})>\s{0,9}(?=<[^\s<>@]{1,200}@)/g, '"$1" ')
    .replace(/<([^\s<>@",;]{1,200}@[^\s<>@",;]{1,255})(?=\s*(?:,|;|$))/g, '<$1>')
}

/** Control characters, direction marks and the like never belong in a line of text. */
export function tidy(text: string): string {
  return text
    .replace(/[\u0000-\u001F\u007F]+/g, ' ')
    .replace(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '')
    .toWellFormed()
    .replace(/ {2,}/g, ' ')
    .trim()
}

type Parsed = { name?: string; address?: string; group?: Parsed[] }

function flatten(parsed: readonly Parsed[]): Address[] {
  return parsed.flatMap(({ name, address, group }) => {
    if (group) return flatten(group)
    const words = tidy(decodeWords(name ?? '')).replace(/^["']+(.*?)["']+$/, '$1').trim()
    const value = tidy(decodeWords(address ?? '')).replace(/^['"<\s]+|['">\s.,;:]+$/g, '').replace(/^mailto:/i, '')
    const called = words.endsWith(` ${value}`) ? words.slice(0, -value.length).trim() : words
    if (ADDRESS.test(value)) return [{ kind: 'email' as const, value, ...(called && called !== value ? { name: called } : {}) }]
    /* Some programs encode the whole mailbox, name and address in one. */
    const inside = /^(.*)<([^\s@<>]+@[^\s@<>]+)>\s*$/.exec(words)
    if (inside) return [{ kind: 'email' as const, value: inside[2], ...(tidy(inside[1]) ? { name: tidy(inside[1]) } : {}) }]
    return ADDRESS.test(words) ? [{ kind: 'email' as const, value: words }] : []
  })
}

function unfold(line: string, charset?: string): string {
  const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n(?=[ \t])/g, '').replace(/\r?\n/g, ' ')
  return decodeText(Buffer.from(value, 'latin1'), charset, 'text', charset !== undefined).trim()
}

function unquote(body: string): Buffer {
  const text = body.replace(/_/g, ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, text.split('').some((char) => char > '\u00FF') ? 'utf8' : 'latin1')
}
