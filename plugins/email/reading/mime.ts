import { tidy, type HeaderLine } from './headers.js'
import { isMultipart, isPacked, isSealed, isText } from './kinds.js'
import { parameter, parseParameters, type Parametric } from './parameters.js'
import { encodingOf, transferDecoder, type TransferDecoder } from './transfer.js'

/*
 * Cuts a mail into its parts (RFC 2045–2049, 5322) as its bytes come by, and notes where each part lies. Nobody
 * sends only what the RFCs allow, so everything here has an answer: a boundary that is missing, never comes or never
 * ends, headers that run into the text, Macintosh line ends. Why our own: docs/decisions/0010.
 */

/** Deeper or more numerous parts than these are nobody's letter (contracts/channels/07b). */
export const MAX_DEPTH = 20
export const MAX_PARTS = 500
/** What is kept of one text part, as it travels; the rest stays in the original. */
const MAX_TEXT = 3 * 1024 * 1024
/** The same of HTML, which may carry its pictures inside it. */
const MAX_HTML = 24 * 1024 * 1024
/** A file up to this size is kept in memory while the mail is taken in, and all of them up to the second. */
const SMALL = 1024 * 1024
const ALL_SMALL = 8 * 1024 * 1024
/** Outlook's packet has to be unpacked, and so kept whole; files in it of this size are common. */
const MAX_TNEF = 32 * 1024 * 1024
/** A mail inside a signature is in memory several times over while it is read. */
const MAX_SEALED = 16 * 1024 * 1024
const MAX_HEAD = 2 * 1024 * 1024
/** A line longer than this is no boundary. */
const MAX_BOUNDARY_LINE = 4096
const MAX_FIELD = 64 * 1024

/** The mark of UTF-8, one character a byte. */
const MARK = '\u00EF\u00BB\u00BF'
/** Of old, a line ended with a return alone; on their way such mails get one real line end, their last. */
const MACINTOSH = /^[!-9;-~]{1,100}[ \t]*:[^\r\n]{0,998}\r(?:[ \t][^\r\n]{0,998}\r){0,50}[!-9;-~]{1,100}[ \t]*:/
const HEADER = /^[!-9;-~]{1,100}[ \t]*:/
/** Lines that only a header has: what stands before them was not yet the text. */
const SURE_HEADER = /^(?:from|to|cc|subject|date|message-id|reply-to|received|mime-version|content-[a-z-]+|return-path|x-[\w-]+|in-reply-to|references)[ \t]*:/i

/** One part of a mail. A text keeps its bytes as they travelled, a small file what they stand for. */
export interface Entity {
  readonly lines: readonly HeaderLine[]
  readonly type: string
  readonly parameters: Parametric
  /** `attachment`, `inline` or nothing. */
  readonly disposition: string
  readonly encoding: string
  readonly name: string | null
  readonly cid: string | null
  readonly parent: Entity | null
  readonly children: Entity[]
  /** Where its body lies among the bytes of the mail; `end` is the place after it. */
  readonly start: number
  end: number
  /** Decoded, of a file. */
  bytes: number
  /** Of a text, and of a multipart before its first part. */
  raw: Buffer[]
  content: Buffer[] | null
}

export class TooManyParts extends Error {
  constructor() {
    super(`This e-mail has more than ${MAX_PARTS} parts, or parts more than ${MAX_DEPTH} deep`)
  }
}

interface Open {
  readonly entity: Entity
  boundary: string | null
  /** What the header named, where another came in its place: the rest may keep to it. */
  declared?: string | null
  readonly guessed: boolean
}

/** Feed it with `push`, then ask for `end`. Once `fault` is set, the rest is not looked at. */
export class MimeWalker {
  root: Entity | null = null
  fault: Error | null = null
  /** Every file in its order. */
  readonly files: Entity[] = []
  #pending: Buffer = Buffer.alloc(0)
  /** Place of the first pending byte among all bytes. */
  #offset = 0
  #state: 'head' | 'body' | 'between' = 'head'
  #lineStart = true
  /** How much of the pending header block was looked through. */
  #seen = 0
  #open: Open[] = []
  #current: Entity | null = null
  #parent: Entity | null = null
  #decoder: TransferDecoder | null = null
  #kept = 0
  #packed = 0
  #html = 0
  #parts = 0
  #macintosh: boolean | null = null
  readonly #keepsFiles: boolean

  /** `keepsFiles`: every file is kept in memory, for bytes that lie nowhere else (a mail out of a signature). */
  constructor({ keepsFiles = false } = {}) {
    this.#keepsFiles = keepsFiles
  }

  push(chunk: Buffer) {
    if (this.fault || chunk.length === 0) return
    this.#macintosh ??= MACINTOSH.test(chunk.toString('latin1', 0, MAX_BOUNDARY_LINE))
    const bytes = this.#macintosh ? Buffer.from(chunk.toString('latin1').replace(/\r(?!\n)/g, '\n'), 'latin1') : chunk
    this.#pending = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes
    this.#go(false)
  }

  end(): Entity | null {
    if (!this.fault) this.#go(true)
    this.#close()
    return this.root
  }

  #go(last: boolean) {
    while (!this.fault && (this.#state === 'head' ? this.#head(last) : this.#body(last)));
  }

  /** @returns whether there is more to do with what is pending */
  #head(last: boolean): boolean {
    const bytes = this.#pending
    for (;;) {
      const end = bytes.indexOf(10, this.#seen)
      if (end === -1 && !last && bytes.length <= MAX_HEAD) return false
      const next = end === -1 ? bytes.length : end + 1
      const line = bytes.subarray(this.#seen, Math.min(next, this.#seen + MAX_BOUNDARY_LINE)).toString('latin1').trimEnd()
      if (line === '' && this.root === null && this.#seen === 0 && end !== -1) {
        this.#take(next)
        return true
      }
      if (line.startsWith('--') && this.#match(line)) return this.#begin(this.#seen, this.#seen)
      if (line === '') {
        const blanks = bytes[this.#seen] === 32 || bytes[this.#seen] === 9
        if (blanks && bytes.length - next < 3 && !last) return false
        if (!blanks || !this.#goesOn(next)) return this.#begin(this.#seen, next)
      }
      this.#seen = next
      if (end === -1 || next > MAX_HEAD) return this.#begin(next, next)
    }
  }

  /** Blanks alone do not end a header (obsolete, RFC 5322 §4.2) when its next line is indented or a header. */
  #goesOn(next: number): boolean {
    const line = this.#pending.subarray(next, next + 120).toString('latin1')
    return /^[ \t]+\S/.test(line) || SURE_HEADER.test(line)
  }

  /** A part begins: its headers are pending up to `head`, its body from `body` on. */
  #begin(head: number, body: number): boolean {
    const { lines, rest } = fieldsOf(this.#pending.subarray(0, head).toString('latin1'))
    const start = rest === null ? body : rest
    this.#take(start)
    const entity = entityOf(lines, this.#parent, this.#offset)
    this.#parent?.children.push(entity)
    this.root ??= entity
    this.#current = entity
    this.#state = 'body'
    this.#lineStart = true
    this.#seen = 0
    this.#decoder = null
    if (++this.#parts > MAX_PARTS || this.#open.length > MAX_DEPTH) {
      this.fault = new TooManyParts()
      return false
    }
    if (isMultipart(entity)) {
      const boundary = entity.parameters.raw.get('boundary')?.trimEnd() || parameter(entity.parameters, 'boundary')
      this.#open.push({ entity, boundary, guessed: !boundary })
    } else if (!isText(entity)) {
      this.files.push(entity)
      this.#decoder = transferDecoder(entity.encoding)
    }
    return true
  }

  #body(last: boolean): boolean {
    const bytes = this.#pending
    let from = 0
    for (;;) {
      const found = this.#lineStart && from === 0 && bytes[0] === 45 && bytes[1] === 45 ? 0 : bytes.indexOf('\n--', from) + 1
      if (this.#lineStart && from === 0 && bytes.length < 3 && !last) return false
      if (found === 0 && !(this.#lineStart && from === 0 && bytes[0] === 45 && bytes[1] === 45)) {
        this.#emit(last ? bytes.length : bytes.length - 4)
        return false
      }
      const end = bytes.indexOf(10, found)
      const short = end === -1 && !last && bytes.length - found < MAX_BOUNDARY_LINE
      if (short || (this.#mayAdopt() && !last && end !== -1 && bytes.length - end < 64)) {
        this.#emit(found - 2)
        return false
      }
      const next = end === -1 ? bytes.length : end + 1
      const line = bytes.subarray(found, Math.min(next, found + MAX_BOUNDARY_LINE)).toString('latin1').trimEnd()
      const match = this.#match(line) ?? this.#adopt(line, bytes, next)
      if (match) {
        const before = found - lineEndBefore(bytes, found)
        this.#emit(before)
        this.#take(next - before)
        this.#turn(match.level, match.closes)
        return true
      }
      from = found + 2
    }
  }

  /** A boundary was met: everything inside its multipart ends. */
  #turn(level: number, closes: boolean) {
    this.#close()
    const { entity } = this.#open[level]
    for (const { entity: inner } of this.#open.slice(level + 1)) inner.end = this.#offset
    this.#open.length = closes ? level : level + 1
    this.#current = null
    this.#parent = closes ? null : entity
    this.#state = closes ? 'between' : 'head'
    this.#lineStart = true
    this.#seen = 0
    if (closes && level === 0) this.#open = []
  }

  #match(line: string): { level: number; closes: boolean } | null {
    for (let level = this.#open.length - 1; level >= 0; level--) {
      const { boundary, declared } = this.#open[level]
      for (const one of declared ? [boundary, declared] : [boundary]) {
        if (one === null) continue
        if (line === `--${one}`) return { level, closes: false }
        // A boundary that ends with a space loses it in one of the two places.
        if (line.startsWith(`--${one}`) && line.endsWith('--') && line.slice(one.length + 2, -2).trim() === '' && line.length >= one.length + 4) return { level, closes: true }
      }
    }
    return null
  }

  /** Whether the innermost multipart still waits for a boundary that fits. */
  #mayAdopt(): boolean {
    const open = this.#open.at(-1)
    return Boolean(open && this.#current === open.entity && open.entity.children.length === 0)
  }

  /** A multipart that names no boundary, or one that does not come: a line like one, with the headers of a part below. */
  #adopt(line: string, bytes: Buffer, next: number): { level: number; closes: boolean } | null {
    if (!this.#mayAdopt() || line.length < 3 || line.length > 200) return null
    const open = this.#open.at(-1)!
    if (!open.guessed && !/^content-[a-z-]{2,40}[ \t]*:/i.test(bytes.subarray(next, next + 64).toString('latin1'))) return null
    open.declared = open.boundary
    open.boundary = line.slice(2)
    return { level: this.#open.length - 1, closes: false }
  }

  /** Gives the pending bytes before `until` to the part they belong to. */
  #emit(until: number) {
    if (until <= 0) return
    const bytes = this.#pending.subarray(0, until)
    this.#take(until)
    this.#lineStart = false
    if (this.#current) this.#store(this.#current, this.#decoder ? this.#decoder.write(bytes) : bytes)
  }

  #store(entity: Entity, bytes: Buffer) {
    if (!this.#decoder) {
      const isHtml = entity.type === 'text/html'
      const kept = bytes.subarray(0, Math.max(0, isHtml ? MAX_HTML - this.#html : MAX_TEXT - entity.bytes))
      entity.bytes += bytes.length
      if (kept.length === 0) return
      if (isHtml) this.#html += kept.length
      entity.raw.push(kept)
      return
    }
    entity.bytes += bytes.length
    if (!entity.content) return
    if (this.#keepsFiles) {
      entity.content.push(bytes)
      return
    }
    if (isPacked(entity)) {
      this.#packed += bytes.length
      if (this.#packed > (isSealed(entity) ? MAX_SEALED : MAX_TNEF)) entity.content = null
      else entity.content.push(bytes)
      return
    }
    this.#kept += bytes.length
    if (entity.bytes > SMALL || this.#kept > ALL_SMALL) {
      this.#kept -= entity.bytes
      entity.content = null
    } else entity.content.push(bytes)
  }

  #close() {
    const entity = this.#current
    if (!entity) return
    if (this.#decoder) this.#store(entity, this.#decoder.end())
    entity.end = this.#offset
    this.#current = null
    this.#decoder = null
  }

  #take(count: number) {
    this.#pending = this.#pending.subarray(count)
    this.#offset += count
  }
}

function lineEndBefore(bytes: Buffer, at: number): number {
  if (at === 0 || bytes[at - 1] !== 10) return 0
  return at > 1 && bytes[at - 2] === 13 ? 2 : 1
}

/** The fields of a header block; `rest` is where the text begins when no empty line stands before it. */
function fieldsOf(block: string): { lines: HeaderLine[]; rest: number | null } {
  const lines: { key: string; line: string }[] = []
  let at = 0
  while (at < block.length) {
    const end = block.indexOf('\n', at)
    const next = end === -1 ? block.length : end + 1
    const line = block.slice(at === 0 && block.startsWith(MARK) ? MARK.length : at, next).replace(/\r?\n$/, '')
    const last = lines.at(-1)
    // The first line of all, pushed in by a paste.
    const first = lines.length === 0 && at === 0 && /^[ \t]+/.test(line) ? line.trimStart() : ''
    if (SURE_HEADER.test(first)) lines.push({ key: first.slice(0, first.indexOf(':')).trim().toLowerCase(), line: first })
    else if (/^[ \t]/.test(line) && last) last.line += `\n${line}`
    else if (HEADER.test(line)) lines.push({ key: line.slice(0, line.indexOf(':')).trim().toLowerCase(), line })
    else if (!/^>?From /.test(line) && line.trim() !== '') {
      if (!block.slice(next).split('\n', 400).some((later) => SURE_HEADER.test(later))) return { lines, rest: at }
      if (last) last.line += `\n ${line}`
    }
    at = next
  }
  return { lines, rest: null }
}

function entityOf(lines: HeaderLine[], parent: Entity | null, start: number): Entity {
  const field = (name: string) => {
    const line = lines.find(({ key }) => key === name)?.line.slice(0, MAX_FIELD)
    return line === undefined ? '' : line.slice(line.indexOf(':') + 1).replace(/\r?\n[ \t]*/g, ' ').trim()
  }
  const parameters = parseParameters(field('content-type'))
  const disposed = parseParameters(field('content-disposition'))
  const name = parameter(disposed, 'filename') ?? parameter(disposed, 'name') ?? parameter(parameters, 'name') ?? parameter(parameters, 'filename')
  const named = /^(?:attachment|inline)$/.test(disposed.value)
  const disposition = named ? disposed.value : disposed.value ? 'attachment' : ''
  const cid = tidy(field('content-id')).replace(/^<|>$/g, '').trim()
  return {
    lines,
    type: typeOf(parameters.value, { name, disposition, parent }),
    parameters,
    disposition,
    // Of two that contradict each other, the one that says that something was done.
    encoding: lines.filter(({ key }) => key === 'content-transfer-encoding').map(({ line }) => encodingOf(line.slice(line.indexOf(':') + 1, MAX_FIELD))).find((one) => one !== 'binary') ?? 'binary',
    name,
    cid: cid || null,
    parent,
    children: [],
    start,
    end: start,
    bytes: 0,
    raw: [],
    content: [],
  }
}

/** RFC 2045 §5.2: what names no type is plain text; what has a file's name is a file. */
function typeOf(given: string, { name, disposition, parent }: { name: string | null; disposition: string; parent: Entity | null }): string {
  if (given === '' && parent?.type === 'multipart/digest') return 'message/rfc822'
  if (/^<?(?:text\/)?x?html?>?$/.test(given)) return 'text/html'
  if (/^[\w.+-]{1,80}\/[\w.+*-]{1,120}$/.test(given) && given !== 'plain/text' && given !== 'text/text') return given === 'text/*' ? 'text/plain' : given
  if (/^multipart/.test(given)) return 'multipart/mixed'
  return name !== null || disposition === 'attachment' ? 'application/octet-stream' : 'text/plain'
}
