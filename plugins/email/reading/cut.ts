import { Readable } from 'node:stream'
import type { HeaderLine } from './headers.js'
import { wordsOf, type Words } from './apart.js'
import { htmlToText } from './html_text.js'
import { isSealed, isTnef } from './kinds.js'
import { MimeWalker, type Entity } from './mime.js'
import { openSealed } from './opaque.js'
import { parameter } from './parameters.js'
import { visibleText } from './quotes.js'
import { unpackTnef, type Unpacked } from './tnef.js'
import { transferDecoder } from './transfer.js'

/** A file that came along. Small ones are in memory, of a big one only its place is known. */
export interface Piece {
  readonly index: number
  readonly type: string
  readonly name?: string
  readonly cid?: string
  /** Said to stand in the text, rather than beside it. */
  readonly inline?: boolean
  readonly charset?: string
  /** Of a calendar: what it asks for. */
  readonly method?: string
  readonly bytes: number
  readonly content?: Buffer
  readonly place?: Place
}

/** Where a file lies among the bytes of its mail, and how it travels. */
export interface Place {
  readonly start: number
  readonly end: number
  readonly encoding: string
}

export interface Cut {
  readonly lines: readonly HeaderLine[]
  readonly root: Entity | null
  /** The mail inside a signature (S/MIME, opaque). */
  readonly opened?: Entity | null
  readonly letter: Words
  readonly pieces: readonly Piece[]
  /** Why the rest could not be read; what is here was read before. */
  readonly fault?: Error
}

/** A mail has five seconds, and a big one a second more for each of these. */
const BASE_MS = 5000
const BYTES_A_SECOND = 4 * 1024 * 1024

/**
 * Cuts a mail into headers, text and files, as a stream and in bounded time. Never throws for what
 * stands in the mail: what could be read before a fault is returned together with the fault.
 *
 * @param charset - read every text as this, whatever it says of itself
 * @throws when the stored bytes themselves cannot be read: that is our trouble, and worth another try
 */
export async function cutMail(source: Readable, bytes: number, charset?: string): Promise<Cut> {
  const walker = new MimeWalker()
  const until = performance.now() + BASE_MS + (bytes / BYTES_A_SECOND) * 1000
  for await (const chunk of source) {
    walker.push(chunk as Buffer)
    if (performance.now() > until) walker.fault ??= new Error('Reading this e-mail took too long')
    if (walker.fault) break
  }
  const root = walker.end()
  const sealed = walker.files.filter((entity) => isSealed(entity) && entity.content)
  const opened = sealed.length === 1 ? openSealed(Buffer.concat(sealed[0].content!)) : null
  const packed = walker.files.flatMap((entity) => (isTnef(entity) && entity.content ? (unpackTnef(Buffer.concat(entity.content)) ?? []) : []))
  const read = (from: Entity | null) =>
    wordsOf(from, charset).catch((error: Error) => {
      walker.fault ??= error
      return { text: '', visible: '', html: null, taken: [] } satisfies Words
    })
  const outer = await read(root)
  // A list's footer may stand beside the signature; the letter is what was signed.
  const words = opened ? withSealed(await read(opened.root), outer) : outer
  const letter = packed.length > 0 ? withPacked(words, packed[0]) : words
  const pieces = [...walker.files, ...(opened?.files ?? [])].map(pieceOf)
  const taken = letter.taken.map(({ name, content, cid, type }, at) => ({ index: pieces.length + at, type: type ?? 'application/octet-stream', ...(name ? { name } : {}), ...(cid ? { cid, inline: true } : {}), bytes: content.length, content: Buffer.from(content) }))
  const unpacked = packed.flatMap(({ files }) => files).map(({ name, type, cid, content }, at) => ({ index: pieces.length + taken.length + at, type: type ?? 'application/octet-stream', name, ...(cid ? { cid } : {}), bytes: content.length, content }))
  return { lines: root?.lines ?? [], root, ...(opened ? { opened: opened.root } : {}), letter, pieces: [...pieces, ...taken, ...unpacked], ...(walker.fault ? { fault: walker.fault } : {}) }
}

/** Outlook's packet holds the words too when the mail has none outside it. */
function withPacked(words: Words, { text, html }: Unpacked): Words {
  if (words.text || (!text && !html)) return words
  const own = text ?? htmlToText(html!)
  return { ...words, text: own, html: words.html ?? html, visible: visibleText(own, html) }
}

function withSealed(inside: Words, outside: Words): Words {
  if (!inside.text && !inside.html) return outside
  if (!outside.text) return inside
  const text = `${inside.text}\n\n${outside.text}`
  return { text, visible: inside.visible, html: inside.html, taken: [...inside.taken, ...outside.taken] }
}

function pieceOf(entity: Entity, index: number): Piece {
  const { type, name, cid, bytes, content, start, end, encoding, disposition } = entity
  const charset = parameter(entity.parameters, 'charset')
  const method = parameter(entity.parameters, 'method')
  return {
    index,
    type,
    bytes,
    ...(name ? { name } : {}),
    ...(cid ? { cid } : {}),
    ...(charset ? { charset } : {}),
    ...(method ? { method } : {}),
    ...(disposition === 'inline' ? { inline: true } : {}),
    ...(content ? { content: Buffer.concat(content) } : { place: { start, end, encoding } }),
  }
}

/** Reads one file out of the stored mail again, as a stream: what was too big to keep in memory. */
export function openPiece(source: Readable, { start, end, encoding }: Place): Readable {
  return Readable.from(decoded(source, start, end, encoding), { objectMode: false })
}

async function* decoded(source: Readable, start: number, end: number, encoding: string) {
  const decoder = transferDecoder(encoding)
  let at = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const from = Math.max(0, start - at)
    const to = Math.min(chunk.length, end - at)
    at += chunk.length
    if (to > from) yield decoder.write(chunk.subarray(from, to))
    if (at >= end) break
  }
  yield decoder.end()
}
