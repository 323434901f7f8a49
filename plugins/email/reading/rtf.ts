import { decodeText } from './charset.js'

/*
 * The words of an RTF letter, and the HTML that Outlook hides in one (MS-OXRTFEX). One pass over the bytes; styles,
 * pictures, fields and whatever else is no text is passed over.
 */

export interface RtfLetter {
  readonly text: string | null
  readonly html: string | null
}

const MAX_OUT = 2 * 1024 * 1024
/** Groups deeper than this are counted, not entered. */
const MAX_DEPTH = 256

/** Groups whose contents nobody reads. */
const SKIPPED = new Set([
  ...['fonttbl', 'colortbl', 'stylesheet', 'info', 'pict', 'object', 'objdata', 'header', 'headerl', 'headerr', 'headerf', 'footer', 'footerl', 'footerr', 'footerf', 'ftnsep', 'nonshppict', 'fldinst'],
  ...['listtable', 'listoverridetable', 'rsidtbl', 'themedata', 'datastore', 'latentstyles', 'generator', 'xmlnstbl', 'mhtmltag', 'bkmkstart', 'bkmkend', 'filetbl', 'revtbl', 'pntext', 'atnid', 'annotation'],
])
const CHARACTERS: Record<string, string> = {
  par: '\n', line: '\n', row: '\n', sect: '\n', page: '\n', tab: '\t', cell: '\t', nestcell: '\t', nestrow: '\n', emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•', emspace: ' ', enspace: ' ', qmspace: ' ', zwj: '', zwnj: '',
}
/** \fcharset, to a code page. */
const CHARSETS: Record<number, string> = {
  77: 'macintosh', 128: 'shift_jis', 129: 'euc-kr', 134: 'gb18030', 136: 'big5', 161: 'windows-1253', 162: 'windows-1254', 163: 'windows-1258', 177: 'windows-1255', 178: 'windows-1256', 186: 'windows-1257', 204: 'windows-1251', 222: 'windows-874', 238: 'windows-1250',
}
const CODE_PAGES: Record<number, string> = { 932: 'shift_jis', 936: 'gb18030', 949: 'euc-kr', 950: 'big5', 10000: 'macintosh', 65001: 'utf-8' }

interface Group {
  skipped: boolean
  /** Inside `\*\htmltag`: HTML as it stands. */
  tag: boolean
  /** Between `\htmlrtf` and `\htmlrtf0`: for readers of RTF only. */
  rtfOnly: boolean
  fonts: boolean
  font: number
  unicodeSkip: number
}

/** Null for each that it does not hold. Never throws. */
export function readRtf(bytes: Buffer): RtfLetter {
  if (!/^\s*\{\\rtf/.test(bytes.subarray(0, 32).toString('latin1'))) return { text: null, html: null }
  const reader = new RtfReader(bytes)
  const words = reader.read()
  return reader.isHtml ? { text: null, html: words.trim() || null } : { text: words.trim() || null, html: null }
}

class RtfReader {
  isHtml = false
  readonly #bytes: Buffer
  #at = 0
  readonly #out: string[] = []
  #length = 0
  #pending: number[] = []
  #charset = 'windows-1252'
  readonly #fonts = new Map<number, string>()
  #group: Group = { skipped: false, tag: false, rtfOnly: false, fonts: false, font: -1, unicodeSkip: 1 }
  readonly #stack: Group[] = []
  #tooDeep = 0
  /** How many characters stand for the last \u, for readers that do not know it. */
  #skip = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(): string {
    const bytes = this.#bytes
    while (this.#at < bytes.length && this.#length < MAX_OUT) {
      const byte = bytes[this.#at++]
      if (byte === 0x7b) this.#open()
      else if (byte === 0x7d) this.#close()
      else if (byte === 0x5c) this.#control()
      else if (byte !== 10 && byte !== 13 && byte !== 0) this.#literal(byte)
    }
    this.#flush()
    return this.#out.join('')
  }

  #open() {
    this.#skip = 0
    if (this.#stack.length >= MAX_DEPTH) this.#tooDeep++
    else {
      this.#stack.push(this.#group)
      this.#group = { ...this.#group }
    }
  }

  #close() {
    this.#skip = 0
    if (this.#tooDeep > 0) return void this.#tooDeep--
    this.#flush()
    this.#group = this.#stack.pop() ?? this.#group
  }

  #control() {
    const next = String.fromCharCode(this.#bytes[this.#at] ?? 0)
    if (!/[a-z]/i.test(next)) return this.#symbol(next)
    const word = /^([a-z]{1,32})(-?\d{1,10})?\s?/i.exec(this.#bytes.subarray(this.#at, this.#at + 48).toString('latin1'))!
    this.#at += word[0].length
    // A line end after a control word belongs to it; of other blanks one.
    this.#word(word[1].toLowerCase(), word[2] === undefined ? null : Number(word[2]))
  }

  #symbol(symbol: string) {
    this.#at++
    if (symbol === "'") {
      const hex = this.#bytes.subarray(this.#at, this.#at + 2).toString('latin1')
      if (!/^[0-9a-f]{2}$/i.test(hex)) return
      this.#at += 2
      this.#literal(Number.parseInt(hex, 16))
    } else if (symbol === '*') {
      // What follows is only for those who know it.
      const known = /^\\(?:htmltag|\*)/i.test(this.#bytes.subarray(this.#at, this.#at + 12).toString('latin1').trimStart())
      if (!known) this.#group.skipped = true
    } else if (symbol === '~') this.#put('\u00A0')
    else if (symbol === '_') this.#put('-')
    else if (symbol === '\n' || symbol === '\r') this.#put('\n')
    else if (symbol === '\\' || symbol === '{' || symbol === '}') this.#literal(symbol.charCodeAt(0))
  }

  #word(word: string, value: number | null) {
    const group = this.#group
    if (word === 'bin') this.#at += Math.max(0, value ?? 0)
    else if (word === 'u' && value !== null) {
      this.#put(String.fromCharCode(value & 0xffff))
      this.#skip = group.unicodeSkip
    } else if (word === 'uc') group.unicodeSkip = Math.min(16, Math.max(0, value ?? 1))
    else if (word === 'ansicpg' && value) this.#charset = CODE_PAGES[value] ?? `windows-${value}`
    else if (word === 'fromhtml') this.isHtml = value !== 0
    else if (word === 'htmltag') group.tag = true
    else if (word === 'htmlrtf') group.rtfOnly = value !== 0
    else if (word === 'fonttbl') {
      group.fonts = true
      group.skipped = true
    } else if (word === 'f' && value !== null) this.#font(value)
    else if (word === 'fcharset' && group.fonts && value !== null && CHARSETS[value]) this.#fonts.set(group.font, CHARSETS[value])
    else if (word === 'plain') this.#font(-1)
    else if (SKIPPED.has(word)) group.skipped = true
    else if (CHARACTERS[word] !== undefined) this.#put(CHARACTERS[word])
  }

  #font(font: number) {
    if (font === this.#group.font) return
    this.#flush()
    this.#group.font = font
  }

  #silent(): boolean {
    return this.#group.skipped || (this.isHtml && this.#group.rtfOnly && !this.#group.tag)
  }

  #literal(byte: number) {
    if (this.#skip > 0) return void this.#skip--
    if (!this.#silent()) this.#pending.push(byte)
  }

  #put(text: string) {
    if (this.#silent()) return
    this.#flush()
    this.#out.push(text)
    this.#length += text.length
  }

  /** Two bytes of one letter may stand in two notations: they are put together first. */
  #flush() {
    if (this.#pending.length === 0) return
    const charset = (this.#group.tag ? undefined : this.#fonts.get(this.#group.font)) ?? this.#charset
    const text = decodeText(Buffer.from(this.#pending), charset, 'text', true)
    this.#pending = []
    this.#out.push(text)
    this.#length += text.length
  }
}
