import { Transform, type Readable, type TransformCallback } from 'node:stream'
import { MailParser } from 'mailparser'
import { decodeText } from './charset.js'
import { decodeWords, tidy, type HeaderLine } from './headers.js'

/*
 * mailparser cuts a mail into its parts; which letters its bytes stand for, and what of it is text,
 * we decide ourselves. Two of its inner methods are replaced for that; its version is pinned.
 */

/** Deeper or more numerous parts than these are nobody's letter (contracts/channels/07b). */
export const MAX_DEPTH = 20
export const MAX_PARTS = 500
/** What is kept of one text part; the rest stays in the original. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024

/** The marker by which our decoder gets every text, also what claims to be UTF-8 or ASCII. */
const MARK = 'opora-'

export interface Part {
  readonly content: Readable
  readonly contentType: string
  readonly contentDisposition?: string
  readonly filename?: string
  readonly cid?: string
  readonly related?: boolean
  release(): void
}

/** The readable text of a mail in the order of its parts. */
export interface Letter {
  readonly plain: readonly string[]
  /** HTML parts, with plain parts that stand beside them (Apple Mail) in their places. */
  readonly html: readonly { readonly html?: string; readonly text?: string }[]
}

interface SplitNode {
  root: boolean
  contentType: string | false
  charset: string | false
  filename: string | false
  parentNode: SplitNode | false
  headers: { getList(): HeaderLine[] }
}

interface TreeNode {
  node: SplitNode
  contentType: string | false
  charset?: string
  disposition?: string
  textContent?: string
  children: TreeNode[]
}

interface Inside extends Transform {
  tree: TreeNode | false
  hasFailed: boolean
  splitter: Transform
  processChunk(data: object, done: (error?: Error) => void): void
  createNode(node: SplitNode): TreeNode
  getDecoder(): { decodeStream(charset: string): Transform }
  getTextContent(): object
}

const Base = MailParser as unknown as new (options: object) => Inside

/** mailparser with our charset repair, our limits, and attached mails kept as files. */
export class LetterParser extends Base {
  #parts = 0

  constructor() {
    super({
      skipImageLinks: true,
      skipHtmlToText: true,
      skipTextToHtml: true,
      keepDeliveryStatus: true,
      ignoreEmbedded: true,
      maxChildNodes: 20 * MAX_PARTS,
      maxHeadSize: 8 * 1024 * 1024,
    })
    /* mailparser itself would take such an error for a quiet end. */
    this.splitter.once('error', (error: Error) => this.destroy(error))
  }

  override createNode(node: SplitNode): TreeNode {
    if (++this.#parts > MAX_PARTS || depthOf(node) > MAX_DEPTH) this.#giveUp()
    repairFilename(node)
    const made = super.createNode(node)
    if (made.contentType && /^text\/(plain|html)$/.test(made.contentType)) {
      const kind = made.contentType === 'text/html' ? 'html' : 'text'
      made.charset = `${MARK}${kind}-${node.charset || ''}`
    }
    return made
  }

  /** A throw in here would end the process: the caller is a stream's own event. */
  override processChunk(data: object, done: (error?: Error) => void) {
    try {
      super.processChunk(data, done)
    } catch (error) {
      done(error as Error)
    }
  }

  override getDecoder() {
    return { decodeStream: (charset: string) => new Repair(charset) }
  }

  override getTextContent() {
    return { type: 'text', letter: this.letter() }
  }

  #giveUp() {
    if (this.hasFailed) return
    this.hasFailed = true
    queueMicrotask(() => this.destroy(new TooManyParts()))
  }

  /** What was read so far; whole once the parser has ended. */
  letter(): Letter {
    const plain: string[] = []
    const html: { html?: string; text?: string }[] = []
    const walk = (node: TreeNode, alternative: boolean) => {
      const text = node.textContent
      if (text && node.contentType === 'text/plain') {
        plain.push(text)
        if (!alternative) html.push({ text })
      } else if (text && node.contentType === 'text/html') html.push({ html: text })
      for (const child of node.children) walk(child, alternative || node.contentType === 'multipart/alternative')
    }
    if (this.tree) walk(this.tree, false)
    return { plain, html: html.some((part) => part.html) ? html : [] }
  }
}

export class TooManyParts extends Error {
  constructor() {
    super(`This e-mail has more than ${MAX_PARTS} parts, or parts more than ${MAX_DEPTH} deep`)
  }
}

/** Collects a text and decodes it in one go: which letters they are shows only in the whole. */
class Repair extends Transform {
  readonly #label: string
  readonly #kind: 'text' | 'html'
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(charset: string) {
    super()
    const found = /^opora-(text|html)-(.*)$/s.exec(charset)
    this.#kind = found?.[1] === 'html' ? 'html' : 'text'
    this.#label = found ? found[2] : charset
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback) {
    if (this.#bytes < MAX_TEXT_BYTES) this.#chunks.push(Buffer.from(chunk))
    this.#bytes += chunk.length
    done()
  }

  override _flush(done: TransformCallback) {
    const bytes = Buffer.concat(this.#chunks).subarray(0, MAX_TEXT_BYTES)
    this.push(Buffer.from(decodeText(bytes, this.#label, this.#kind).replaceAll('\0', '').toWellFormed()))
    done()
  }
}

function depthOf(node: SplitNode): number {
  let depth = 0
  for (let parent = node.parentNode; parent && depth <= MAX_DEPTH; parent = parent.parentNode) depth++
  return depth
}

/** A file name in raw 8-bit letters: mailparser takes it for Latin 1. */
function repairFilename(node: SplitNode) {
  for (const { key, line } of node.headers.getList()) {
    if (!/^content-(disposition|type)$/.test(key) || !/[\u0080-\u00FF]/.test(line)) continue
    const found = /(?:file)?name\s*=\s*(?:"([^"]{1,400})"|([^;\s]{1,400}))/i.exec(line.replace(/\r?\n[ \t]*/g, ''))
    const bytes = found?.[1] ?? found?.[2]
    if (bytes && /[\u0080-\u00FF]/.test(bytes)) node.filename = tidy(decodeWords(decodeText(Buffer.from(bytes, 'latin1'))))
  }
}
