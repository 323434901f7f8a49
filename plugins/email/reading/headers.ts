import addressparser from 'nodemailer/lib/addressparser'
import type { Address } from '#plugin'
import { decodeText } from './charset.js'

/** A header line as the parser cut it: still folded, one character a byte. */
export interface HeaderLine {
  readonly key: string
  readonly line: string
}

const ADDRESS = /^[^\s@<>"(),]+@[^\s@<>"(),]+$/
const IDS = /<[^<>\s]{1,900}>/g
/** The mail that answers everything it ever saw has thousands; the newest matter. */
const MAX_IDS = 200

/** The headers of a mail, decoded by our own charset rules, never throwing whatever stands in them. */
export class Headers {
  readonly #lines: readonly HeaderLine[]

  constructor(lines: readonly HeaderLine[]) {
    this.#lines = lines
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

  /** Groups are flattened; what has no address in it is left out. */
  addresses(name: string): readonly Address[] {
    return this.#raw(name).flatMap((raw) => parseAddresses(raw))
  }

  /** Message ids in the order they stand; a mangled list is searched for anything that looks like one. */
  ids(name: string): readonly string[] {
    const raw = this.#raw(name).join(' ')
    const found = raw.match(IDS)
    if (found) return found.slice(-MAX_IDS)
    const bare = raw.trim()
    return /^[^\s<>]{1,900}$/.test(bare) ? [`<${bare}>`] : []
  }

  #raw(name: string): readonly string[] {
    return this.#lines.filter((line) => line.key === name).map(({ line }) => unfold(line))
  }
}

/** Encoded words (RFC 2047) into letters. Neighbours of one charset are joined first: some senders cut a letter in two. */
export function decodeWords(text: string): string {
  const joined = text.replace(/(\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)/g, '$1')
  const pattern = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=/g
  let out = ''
  let end = 0
  let charset = ''
  let bytes: Buffer[] = []
  const flush = () => {
    if (bytes.length > 0) out += decodeText(Buffer.concat(bytes), charset)
    bytes = []
  }
  for (const match of joined.matchAll(pattern)) {
    const [whole, label, coding, body] = match
    if (match.index > end || charset !== label) flush()
    if (match.index > end) out += joined.slice(end, match.index)
    charset = label
    bytes.push(coding.toLowerCase() === 'b' ? Buffer.from(body, 'base64') : unquote(body))
    end = match.index + whole.length
  }
  flush()
  return out + joined.slice(end)
}

/** One mailbox in words, `Jana <jana@…>`; several with commas. */
export function parseAddresses(raw: string): Address[] {
  try {
    return flatten(addressparser(raw) as Parsed[])
  } catch {
    return []
  }
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
    const words = tidy(decodeWords(name ?? ''))
    const value = tidy(decodeWords(address ?? ''))
    if (ADDRESS.test(value)) return [{ kind: 'email' as const, value, ...(words && words !== value ? { name: words } : {}) }]
    /* Some programs encode the whole mailbox, name and address in one. */
    const inside = /^(.*)<([^\s@<>]+@[^\s@<>]+)>\s*$/.exec(words)
    if (inside) return [{ kind: 'email' as const, value: inside[2], ...(tidy(inside[1]) ? { name: tidy(inside[1]) } : {}) }]
    return ADDRESS.test(words) ? [{ kind: 'email' as const, value: words }] : []
  })
}

function unfold(line: string): string {
  const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n(?=[ \t])/g, '').replace(/\r?\n/g, ' ')
  return decodeText(Buffer.from(value, 'latin1')).trim()
}

function unquote(body: string): Buffer {
  const text = body.replace(/_/g, ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, text.split('').some((char) => char > '\u00FF') ? 'utf8' : 'latin1')
}
