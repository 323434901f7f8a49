import iconv from 'iconv-lite'

/*
 * Which letters a sequence of bytes stands for. Labels lie: Czech Outlook says iso-8859-2 and means
 * windows-1250, old shops say nothing at all. The rules and what was measured: contracts/channels/07b.
 */

/** Bytes beyond this are not weighed; the winner decodes them all. */
const SAMPLE_BYTES = 64 * 1024
/** By how much another reading must be better than the declared one to be believed. */
const MARGIN = 3

const CANDIDATES = ['windows-1250', 'iso-8859-2', 'windows-1253', 'windows-1252', 'cp852', 'utf-8']

/** Labels whose owners often mean a relative: what else to weigh, the first one being preferred. */
const RELATIVES: Record<string, readonly string[]> = {
  'iso-8859-2': ['iso-8859-2', 'windows-1250'],
  'windows-1250': ['windows-1250', 'iso-8859-2'],
  'iso-8859-7': ['iso-8859-7', 'windows-1253'],
  'windows-1253': ['windows-1253', 'iso-8859-7'],
  'iso-8859-1': ['windows-1252'],
}

const SILENT = new Set(['', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'unknown-8bit', 'unknown', 'x-unknown', '8bit', 'utf-8', 'binary', 'none', 'default'])

/**
 * Decodes the bytes of one text, whatever its label says:
 *
 * - bytes that are strictly UTF-8 are UTF-8
 * - a Latin 2 or Greek label is weighed against its Windows relative
 * - no label, an unknown one or one that cannot be true: the best of the encodings our customers use
 *
 * Never throws; a byte that nobody can read becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array, label?: string | null, kind: 'text' | 'html' = 'text'): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const declared = normaliseLabel(label) || (kind === 'html' ? labelInHtml(buffer) : '')
  if (isAscii(buffer)) return /^(utf-?(7|16|32)|iso-2022|hz-)/.test(declared) ? read(buffer, declared) : buffer.toString('latin1')
  if (isUtf8(buffer)) return withoutMark(buffer.toString('utf8'))

  const silent = SILENT.has(declared) || !isKnown(declared)
  const inside = silent && kind === 'html' ? labelInHtml(buffer) : ''
  if (inside && isKnown(inside) && !SILENT.has(inside)) return decodeText(bytes, inside)
  const candidates = silent ? CANDIDATES : (RELATIVES[declared] ?? [declared])
  return withoutMark(read(buffer, candidates.length === 1 ? candidates[0] : best(buffer, candidates, silent ? 0 : MARGIN)))
}

/** One name for each charset: `WIN-1250`, `cp1250` and `x-cp1250` are windows-1250. */
export function normaliseLabel(label?: string | null): string {
  const name = (label ?? '').trim().replace(/^["']|["']$/g, '').toLowerCase()
  const windows = /^(?:x-)?(?:win|windows|cp|ms|x-win)[-_ ]?(125[0-8]|874)$/.exec(name)
  if (windows) return `windows-${windows[1]}`
  const latin = /^(?:x-)?(?:iso)[-_ ]?8859[-_ ]?(\d{1,2})(?:[-_:].*)?$/.exec(name)
  if (latin) return `iso-8859-${latin[1]}`
  if (/^(latin-?2|l2|csisolatin2)$/.test(name)) return 'iso-8859-2'
  if (/^(latin-?1|l1)$/.test(name)) return 'iso-8859-1'
  if (/^utf-?8/.test(name)) return 'utf-8'
  if (/^(x-mac-ce|x-mac-centraleurroman)$/.test(name)) return 'maccenteuro'
  return name
}

/** The encoding whose reading looks most like a language of our customers. */
function best(buffer: Buffer, candidates: readonly string[], margin: number): string {
  const sample = sampleOf(buffer)
  let winner = candidates[0]
  let top = weigh(read(sample, winner)) + margin
  for (const candidate of candidates.slice(1)) {
    const weight = weigh(read(sample, candidate))
    if (weight > top) {
      winner = candidate
      top = weight
    }
  }
  return winner
}

const CZECH = 'ěščřžýáíéúůňťďľĺŕôäóĚŠČŘŽÝÁÍÉÚŮŇŤĎĽĹŔÔÄÓ'
const POLISH = 'ąćęłńśźżóĄĆĘŁŃŚŹŻÓ'
const WESTERN = 'àâçèêëîïûùüöñßåæøãõìòÀÂÇÈÊËÎÏÛÙÜÖÑÅÆØ'
const SIGNS = '„“”‚‘’–—…•«»°§€©®™\u00A0'
const GREEK = /\p{Script=Greek}/u
const LETTER = /\p{L}/u

/** Letters expected in Czech, Slovak, Polish, Greek count for a reading; controls, frames and odd neighbours against it. */
function weigh(text: string): number {
  let weight = 0
  let polishOnly = 0
  let czechOnly = 0
  let run = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]
    if (char < '\u0080') {
      run = 0
      continue
    }
    if (char === '\uFFFD' || (char >= '\u0080' && char <= '\u009F')) weight -= 8
    else if (char >= '\u2500' && char <= '\u259F') weight -= 4
    else if (GREEK.test(char)) weight += isAsciiLetter(text[index - 1]) || isAsciiLetter(text[index + 1]) ? -4 : 2
    else if (LETTER.test(char)) {
      run++
      const czech = CZECH.includes(char)
      const polish = POLISH.includes(char)
      weight += czech || polish ? 2 : WESTERN.includes(char) ? 0.5 : -1
      if (czech && !polish) czechOnly++
      if (polish && !czech) polishOnly++
      if (run > 2) weight -= 3
      if (char !== char.toLowerCase() && isLower(text[index - 1])) weight -= 3
      continue
    } else if (char === '’' && GREEK.test(text[index + 1] ?? '') && !LETTER.test(text[index - 1] ?? ' ')) weight -= 6
    else weight += SIGNS.includes(char) ? 0.5 : -2
    run = 0
  }
  return weight - 2 * Math.min(polishOnly, czechOnly)
}

function isAsciiLetter(char?: string): boolean {
  return char !== undefined && /[a-z]/i.test(char)
}

function isLower(char?: string): boolean {
  return char !== undefined && char !== char.toUpperCase()
}

function labelInHtml(buffer: Buffer): string {
  const found = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(buffer.subarray(0, 1024).toString('latin1'))
  return normaliseLabel(found?.[1])
}

function isKnown(label: string): boolean {
  if (!label) return false
  if (iconv.encodingExists(label)) return true
  try {
    return Boolean(new TextDecoder(label))
  } catch {
    return false
  }
}

/** iconv knows most; Node itself the Japanese ones that shift. */
function read(buffer: Buffer, label: string): string {
  if (iconv.encodingExists(label)) return iconv.decode(buffer, label)
  try {
    return new TextDecoder(label).decode(buffer)
  } catch {
    return buffer.toString('latin1')
  }
}

function isAscii(buffer: Buffer): boolean {
  for (const byte of buffer) if (byte > 0x7f) return false
  return true
}

function isUtf8(buffer: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(buffer)
    return true
  } catch {
    return false
  }
}

/** From a little before the first byte that matters: a long English preface decides nothing. */
function sampleOf(buffer: Buffer): Buffer {
  if (buffer.length <= SAMPLE_BYTES) return buffer
  const first = buffer.findIndex((byte) => byte > 0x7f)
  return buffer.subarray(Math.max(0, first - 64), Math.max(0, first - 64) + SAMPLE_BYTES)
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
