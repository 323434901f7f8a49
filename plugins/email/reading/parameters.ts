import { decodeText } from './charset.js'
import { decodeWords, tidy } from './headers.js'

/** A structured header: `multipart/mixed; boundary="x"`. */
export interface Parametric {
  /** In small letters, without comments. */
  readonly value: string
  /** As they stand, one character a byte; the name in small letters. */
  readonly raw: ReadonlyMap<string, string>
}

const MAX_PARAMETERS = 200
const MAX_PIECES = 100

/**
 * Content-Type and Content-Disposition, well formed or not: missing quotes and semicolons, spaces in names,
 * the continued and encoded parameters of RFC 2231. `header` is unfolded, one character a byte.
 */
export function parseParameters(header: string): Parametric {
  const found = /^[\s"']*([^;\s"'=]*)["']?/.exec(header)
  const value = (found?.[1] ?? '').replace(/\(.*$/, '').toLowerCase()
  // "text/plain charset=utf-8", "name=x": the separator, or the type itself, was forgotten.
  const rest = /^\s*[\w*-]+\s*=/.test(header) ? header : header.slice(found?.[0].length ?? 0)
  const raw = new Map<string, string>()
  const pattern = /([\w*'.!#$%&+^`|~-]{1,60})\s*=\s*(?:"((?:[^"\\]|\\[^])*)("|$)|'([^';]*)'(?=\s*(?:;|$))|([^;]*))/g
  for (const match of rest.matchAll(pattern)) {
    if (raw.size >= MAX_PARAMETERS) break
    const name = match[1].toLowerCase()
    const given = match[2] === undefined ? (match[4] ?? bareValue(match[5], name)) : unescape(match[2])
    if (!raw.has(name)) raw.set(name, given)
  }
  return { value, raw }
}

/** A parameter as a person reads it; null when it is not there, or says nothing. */
export function parameter({ raw }: Parametric, name: string): string | null {
  const pieces = piecesOf(raw, name)
  const plain = raw.get(name)
  if (pieces.length === 0) return plain === undefined ? null : tidy(words(plain)) || null
  // RFC 2231 §4: charset'language'text, named in the first piece only.
  const [first] = pieces
  const label = first.encoded ? /^([^']*)'[^']*'/.exec(first.text) : null
  const bytes = pieces.map(({ text, encoded }, at) => {
    const own = at === 0 && label ? text.slice(label[0].length) : text
    return encoded ? percentDecoded(own) : own
  })
  const joined = bytes.join('')
  const text = label || pieces.some(({ encoded }) => encoded) ? decodeText(Buffer.from(joined, 'latin1'), label?.[1]) : words(joined)
  return tidy(decodeWords(text)) || (plain === undefined ? null : tidy(words(plain)) || null)
}

function piecesOf(raw: ReadonlyMap<string, string>, name: string): { text: string; encoded: boolean }[] {
  const whole = raw.get(`${name}*`)
  if (whole !== undefined) return [{ text: whole, encoded: true }]
  const pieces: { text: string; encoded: boolean }[] = []
  for (let at = 0; at < MAX_PIECES; at++) {
    const plain = raw.get(`${name}*${at}`)
    const encoded = raw.get(`${name}*${at}*`)
    if (plain === undefined && encoded === undefined) {
      // A few programs count from one.
      if (at === 0 && (raw.has(`${name}*1`) || raw.has(`${name}*1*`))) continue
      break
    }
    pieces.push(encoded === undefined ? { text: plain!, encoded: false } : { text: encoded, encoded: true })
  }
  return pieces
}

/** Encoded words are not allowed here, and everywhere; percent signs alone come from browsers. */
function words(text: string): string {
  const read = decodeWords(decodeText(Buffer.from(text, 'latin1')))
  if (/^(?:utf-8|iso-8859-\d+|windows-\d+)''/i.test(read)) {
    const [label] = read.split("'", 1)
    return decodeText(Buffer.from(percentDecoded(read.slice(label.length + 2)), 'latin1'), label)
  }
  return /%[0-9A-F]{2}%[0-9A-F]{2}/i.test(read) && !/\s/.test(read) ? decodeText(Buffer.from(percentDecoded(read), 'latin1')) : read
}

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Windows paths come unescaped: only a quote and a backslash lose their mark. */
function unescape(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}

/** Without quotes a name may hold spaces; everything else ends with the first word. */
function bareValue(text: string, name: string): string {
  const clean = text.replace(/^["']|["']$/g, '').trim()
  if (/^(?:file)?name/.test(name)) return clean.replace(/\s+(?=[\w*-]+\s*=)[^]*$/, '')
  return clean.replace(/\([^)]*\)\s*$/, '').trim().split(/\s/, 1)[0]
}
