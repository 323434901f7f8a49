import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { likeness, pairedLikeness, shiftJisLikeness } from './likeness.js'

/*
 * Which letters a sequence of bytes stands for. Labels lie: Czech Outlook says iso-8859-2 and means
 * windows-1250, old shops say nothing at all. The rules and what was measured: contracts/channels/07b.
 */

/** Bytes beyond this are not weighed; the winner decodes them all. */
const SAMPLE_BYTES = 6 * 1024
/** By how much another reading must be likelier than the declared one to be believed; each is a factor of e. */
const MARGIN = 4

const CANDIDATES = ['windows-1250', 'windows-1252', 'windows-1253', 'iso-8859-2', 'koi8-r', 'windows-1251', 'cp852', 'maccenteuro']
/** Encodings that hardly anybody sends without saying so. */
const RARE: Record<string, number> = { 'windows-1252': 1.5, 'cp852': 6, 'maccenteuro': 10, 'iso-8859-2': 0.5, 'windows-1251': 1 }

/** Labels whose owners often mean something else: what to weigh, the label itself first. */
const RELATIVES: Record<string, readonly string[]> = {
  'iso-8859-2': ['iso-8859-2', 'windows-1250'],
  'windows-1250': ['windows-1250', 'iso-8859-2'],
  'iso-8859-7': ['iso-8859-7', 'windows-1253'],
  'windows-1253': ['windows-1253', 'iso-8859-7'],
  'koi8-r': ['koi8-r', 'windows-1251'],
  'windows-1251': ['windows-1251', 'koi8-r'],
}
/** What programs write that know no other: it says hardly more than nothing. */
const WESTERN = new Set(['iso-8859-1', 'windows-1252', 'iso-8859-15'])

const NEW_LINE = Buffer.from('\n')
const SILENT = new Set(['', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'unknown-8bit', 'unknown', 'x-unknown', '8bit', 'utf-8', 'binary', 'none', 'default'])

/**
 * Decodes the bytes of one text, whatever its label says:
 *
 * - bytes that are strictly UTF-8 are UTF-8, and what was made UTF-8 twice is undone once
 * - a Latin 2, Greek or Cyrillic label is weighed against its Windows relative
 * - no label, an unknown one, one that cannot be true, or Latin 1: the likeliest of the encodings our customers use
 *
 * Never throws; a byte that nobody can read becomes U+FFFD.
 *
 * @param exactly - a person has chosen the encoding: believe it
 */
export function decodeText(bytes: Uint8Array, label?: string | null, kind: 'text' | 'html' = 'text', exactly = false): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (exactly) return withoutMark(read(buffer, normaliseLabel(label)))
  const declared = normaliseLabel(label) || (kind === 'html' ? labelInHtml(buffer) : '')
  if (isAscii(buffer)) return readAscii(buffer, declared)
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return read(buffer.subarray(2), 'utf-16le')
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return read(buffer.subarray(2), 'utf-16be')
  if (isUtf8(buffer) && !isChance(buffer, declared)) return onceOnly(withoutMark(buffer.toString('utf8')))

  const silent = SILENT.has(declared) || !isKnown(declared)
  const inside = silent && kind === 'html' ? labelInHtml(buffer) : ''
  if (inside && isKnown(inside) && !SILENT.has(inside)) return decodeText(bytes, inside)
  if (!silent && !WESTERN.has(declared) && !RELATIVES[declared]) return withoutMark(read(buffer, declared))
  const mixed = silent || declared === 'utf-8' ? byLines(buffer, declared === 'utf-8') : null
  return mixed ?? withoutMark(read(buffer, likeliest(buffer, silent ? '' : declared, kind)))
}

/** Japanese by escapes looks like ASCII; so does UTF-7. */
function readAscii(buffer: Buffer, declared: string): string {
  if (/^(?:utf-?(?:7|16|32)|hz-)/.test(declared)) return read(buffer, declared)
  if (buffer.includes(0x1b) && (/\u001B(?:\$[@B]|\([JBI])/.test(buffer.toString('latin1')) || declared.startsWith('iso-2022'))) return read(buffer, declared.startsWith('iso-2022') ? declared : 'iso-2022-jp')
  return buffer.toString('latin1')
}

/** Two bytes of another encoding may be a letter of UTF-8 by chance, but hardly one of our alphabets. */
function isChance(buffer: Buffer, declared: string): boolean {
  if (SILENT.has(declared) || !isKnown(declared)) return false
  const strange = buffer.toString('utf8').match(/[^\u0000-\u007F]/gu) ?? []
  return strange.length <= 4 && strange.some((char) => !/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{P}\p{S}\p{Z}\p{Emoji}\p{M}\p{C}]/u.test(char))
}

/** What was UTF-8, was taken for Latin 1 on its way, and became UTF-8 again. */
function onceOnly(text: string): string {
  if (!/[\u00C3-\u00CF\u00E2][\u0080-\u00BF\u0152-\u0192\u02C6\u02DC\u2013-\u2122]/.test(text)) return text
  for (const label of ['latin1', 'windows-1252'] as const) {
    const bytes = iconv.encode(text, label)
    if (iconv.decode(bytes, label) !== text && label !== 'latin1') continue
    if (label === 'latin1' && /[^\u0000-\u00FF]/.test(text)) continue
    const undone = isUtf8(bytes) ? bytes.toString('utf8') : null
    if (undone !== null && likeness(undone) > likeness(text)) return undone
  }
  return text
}

/** A mail put together from two programs' words: each line by itself, if whole lines are UTF-8 and others are not. */
function byLines(buffer: Buffer, isUtf8Said: boolean): string | null {
  const lines: Buffer[] = []
  for (let at = 0; at <= buffer.length; ) {
    const end = buffer.indexOf(10, at)
    lines.push(buffer.subarray(at, end === -1 ? buffer.length : end))
    if (end === -1) break
    at = end + 1
  }
  const kinds = lines.map((line) => (isAscii(line) ? 'ascii' : isUtf8(line) || (isUtf8Said && isMostlyUtf8(line)) ? 'utf8' : 'other'))
  const utf8 = kinds.filter((kind) => kind === 'utf8').length
  const others = lines.filter((_, at) => kinds[at] === 'other')
  // A letter cut in two is no other encoding.
  const whole = buffer.toString('utf8')
  const broken = whole.match(/\uFFFD/g)?.length ?? 0
  const good = whole.match(/[\u0080-\uFFFC]/g)?.length ?? 0
  if (broken <= 2 && good >= 4 * broken) return withoutMark(whole)
  if (utf8 === 0 || utf8 < others.length / 8) return null
  const label = likeliest(Buffer.concat(others.flatMap((line) => [line, NEW_LINE])), '', 'text')
  // Neighbours of one kind at once.
  const out: string[] = []
  for (let at = 0, from = 0; at <= lines.length; at++) {
    if (at < lines.length && (kinds[at] === 'other') === (kinds[from] === 'other')) continue
    const some = Buffer.concat(lines.slice(from, at).flatMap((line, n) => (n === 0 ? [line] : [NEW_LINE, line])))
    out.push(kinds[from] === 'other' ? read(some, label) : some.toString('utf8'))
    from = at
  }
  return withoutMark(out.join('\n'))
}

/** As many letters of UTF-8 as bytes that are none: another encoding has such pairs hardly ever. */
function isMostlyUtf8(line: Buffer): boolean {
  const text = line.toString('utf8')
  const broken = text.match(/\uFFFD/g)?.length ?? 0
  return (text.match(/[\u0080-\uFFFC]/g)?.length ?? 0) >= broken
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
  if (/^utf-?8/.test(name) || /^(?:unicode-1-1-utf-8|utf_8)$/.test(name)) return 'utf-8'
  if (/^(?:x-)?(?:gb2312|gb_2312-80|gbk|cp936|ms936|windows-936|csgb2312|chinese|euc-cn|x-gbk)$/.test(name)) return 'gb18030'
  if (/^(?:ks_?c_?5601(?:-19\d\d)?|cp949|ms949|windows-949|uhc|korean)$/.test(name)) return 'euc-kr'
  if (/^(?:x-sjis|sjis|shift-jis|ms_kanji|cp932|windows-31j)$/.test(name)) return 'shift_jis'
  if (/^(?:x-?)?(?:ibm|cp|dos|pc)[-_ ]?(852|850|866|737|437|869)$/.test(name)) return `cp${/\d+/.exec(name)![0]}`
  if (/^koi8(?:-?r)?$/.test(name)) return 'koi8-r'
  if (/^(x-mac-ce|x-mac-centraleurroman)$/.test(name)) return 'maccenteuro'
  return name
}

/** The encoding whose reading looks most like a language; the declared one before another that is hardly likelier. */
function likeliest(buffer: Buffer, declared: string, kind: 'text' | 'html'): string {
  const sample = sampleOf(buffer, kind)
  const own = declared === 'iso-8859-1' ? 'windows-1252' : declared
  const names = RELATIVES[declared] ?? (own ? [own, ...CANDIDATES.filter((name) => name !== own)] : CANDIDATES)
  let winner = names[0]
  let top = -Infinity
  for (const name of names) {
    const weight = likeness(read(sample, name)) - (RARE[name] ?? 0) + (name === own ? MARGIN : 0)
    if (weight > top) [winner, top] = [name, weight]
  }
  if (RELATIVES[declared]) return winner
  const paired = pairedLikeness(sample)
  if (paired && paired.weight > top) return paired.name
  return (shiftJisLikeness(sample) ?? -Infinity) > top ? 'shift_jis' : winner
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

/** From a little before the first byte that matters: a long English preface decides nothing. Tags are no words. */
function sampleOf(buffer: Buffer, kind: 'text' | 'html'): Buffer {
  const words = kind === 'html' ? Buffer.from(buffer.subarray(0, 64 * SAMPLE_BYTES).toString('latin1').replace(/<[^<>]{0,2000}>/g, ' '), 'latin1') : buffer
  if (words.length <= SAMPLE_BYTES) return words
  const first = Math.max(0, words.findIndex((byte) => byte > 0x7f))
  const from = Math.max(words.lastIndexOf(10, first) + 1, first - 64, 0)
  const end = words.lastIndexOf(10, from + SAMPLE_BYTES)
  return words.subarray(from, end > from ? end : from + SAMPLE_BYTES)
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
