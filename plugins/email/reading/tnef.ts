import { decodeText } from './charset.js'
import { tidy } from './headers.js'
import { readRtf } from './rtf.js'
import { unpackRtf } from './rtf_packed.js'

/*
 * Outlook's winmail.dat (MS-OXTNEF): files, and sometimes the words themselves, packed in a format of its own.
 * Everything is checked against what is there; what does not fit ends the reading, and what was read before stays.
 */

export interface Unpacked {
  readonly files: readonly { readonly name: string; readonly type: string | null; readonly cid: string | null; readonly content: Buffer }[]
  readonly text: string | null
  readonly html: string | null
}

const SIGNATURE = 0x223e9f78
const MAX_ATTRIBUTES = 5000
const MAX_PROPERTIES = 2000
const MAX_FILES = 200
const MAX_TEXT = 2 * 1024 * 1024

/** Attributes of the stream (MS-OXTNEF §2.1.3.2). */
const BODY = 0x800c
const MAPI = 0x9003
const ATTACH_BEGIN = 0x9002
const ATTACH_TITLE = 0x8010
const ATTACH_DATA = 0x800f
const ATTACH_MAPI = 0x9005
const CODE_PAGE = 0x9007

/** MAPI properties that say something to us. */
const P_BODY = 0x1000
const P_HTML = 0x1013
const P_RTF = 0x1009
const P_DATA = 0x3701
const P_NAME = 0x3704
const P_LONG_NAME = 0x3707
const P_MIME = 0x370e
const P_CID = 0x3712

interface Draft {
  name: string
  longName: string
  type: string | null
  cid: string | null
  content: Buffer | null
}

/** Null when it is no winmail.dat. */
export function unpackTnef(bytes: Buffer): Unpacked | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return null
  const drafts: Draft[] = []
  let text: string | null = null
  let html: string | null = null
  let rtf: Buffer | null = null
  let charset = ''
  let at = 6
  for (let count = 0; count < MAX_ATTRIBUTES && at + 9 <= bytes.length; count++) {
    const id = bytes.readUInt16LE(at + 1)
    const length = bytes.readUInt32LE(at + 5)
    if (at + 9 + length > bytes.length) break
    const data = bytes.subarray(at + 9, at + 9 + length)
    at += 9 + length + 2
    const file = drafts.at(-1)
    if (id === CODE_PAGE && length >= 4) charset = `windows-${data.readUInt32LE(0)}`
    else if (id === BODY) text ??= string(data, charset)
    else if (id === MAPI) {
      for (const { tag, value, wide } of properties(data)) {
        if (tag === P_BODY) text ??= wide ? utf16(value) : string(value, charset)
        else if (tag === P_RTF) rtf ??= value
        else if (tag === P_HTML) html ??= decodeText(value.subarray(0, MAX_TEXT), charset, 'html')
      }
    } else if (id === ATTACH_BEGIN) {
      if (drafts.length >= MAX_FILES) break
      drafts.push({ name: '', longName: '', type: null, cid: null, content: null })
    } else if (file && id === ATTACH_TITLE) file.name = string(data, charset)
    else if (file && id === ATTACH_DATA) file.content = data
    else if (file && id === ATTACH_MAPI) {
      for (const { tag, value, wide } of properties(data)) {
        const words = () => (wide ? utf16(value) : string(value, charset))
        if (tag === P_LONG_NAME) file.longName = words()
        else if (tag === P_NAME) file.name ||= words()
        else if (tag === P_MIME) file.type = words().toLowerCase()
        else if (tag === P_CID) file.cid = tidy(words()).replace(/^<|>$/g, '') || null
        else if (tag === P_DATA) file.content ??= value
      }
    }
  }
  const files = drafts.flatMap(({ name, longName, type, cid, content }) => (content ? [{ name: tidy(longName || name) || 'attachment', type, cid, content }] : []))
  const own = { files, text: text?.trim() || null, html: html?.trim() || null }
  const unpacked = rtf && !own.text && !own.html ? unpackRtf(rtf) : null
  return unpacked ? { ...own, ...readRtf(unpacked) } : own
}

/** Sizes of the fixed MAPI types, padded to four bytes (MS-OXCDATA §2.11.1); 0: a length stands before the value. */
const SIZES: Record<number, number> = { 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x0d: 0, 0x1e: 0, 0x1f: 0, 0x102: 0 }

function* properties(data: Buffer): Generator<{ tag: number; value: Buffer; wide: boolean }> {
  if (data.length < 4) return
  const total = Math.min(data.readUInt32LE(0), MAX_PROPERTIES)
  let at = 4
  const has = (count: number) => at + count <= data.length
  for (let n = 0; n < total && has(4); n++) {
    const type = data.readUInt16LE(at)
    const tag = data.readUInt16LE(at + 2)
    at += 4
    if (tag >= 0x8000) {
      // A named property: whose, and by which number or name.
      if (!has(24)) return
      const byName = data.readUInt32LE(at + 16) === 1
      const size = data.readUInt32LE(at + 20)
      at += byName ? 24 + padded(size) : 24
    }
    const size = SIZES[type & 0xfff]
    if (size === undefined) return
    const several = Boolean(type & 0x1000)
    if ((several || size === 0) && !has(4)) return
    const values = several || size === 0 ? data.readUInt32LE(at) : 1
    if (several || size === 0) at += 4
    for (let one = 0; one < values; one++) {
      if (size === 0 && !has(4)) return
      const length = size || data.readUInt32LE(at)
      if (size === 0) at += 4
      if (!has(length)) return
      // An object begins with the id of its interface.
      const from = (type & 0xfff) === 0x0d && length >= 16 ? at + 16 : at
      if (one === 0) yield { tag, value: data.subarray(from, at + length), wide: (type & 0xfff) === 0x1f }
      at += padded(length)
    }
  }
}

const padded = (length: number) => Math.ceil(length / 4) * 4

function string(data: Buffer, charset: string): string {
  const end = data.indexOf(0)
  return decodeText(data.subarray(0, Math.min(MAX_TEXT, end === -1 ? data.length : end)), charset)
}

function utf16(data: Buffer): string {
  return data.subarray(0, Math.min(MAX_TEXT, data.length - (data.length % 2))).toString('utf16le').replace(/\0[^]*$/, '')
}
