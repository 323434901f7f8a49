import { MimeWalker } from './mime.js'

/*
 * A mail that is signed all in one (RFC 8551 §3.5.2): its words lie inside the signature. Of the Cryptographic
 * Message Syntax (RFC 5652) only the way to them is read, in BER as well as DER, in one pass over the bytes; nothing
 * is verified. What is encrypted stays as it is.
 */

/** 1.2.840.113549.1.7.2 */
const SIGNED_DATA = Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02])
const [OID, OCTETS, CONSTRUCTED_OCTETS, SEQUENCE, EXPLICIT] = [0x06, 0x04, 0x24, 0x30, 0xa0]
/** Deeper than any program nests them. */
const MAX_DEPTH = 16
/** Programs cut a mail into pieces of a kilobyte or so. */
const MAX_PIECES = 65_536

/** What is signed; null for what is encrypted, only a certificate, or damaged. */
export function signedContent(bytes: Buffer): Buffer | null {
  try {
    return new Reader(bytes).signedContent()
  } catch {
    return null
  }
}

/** The mail inside: its parts, all of them in memory. Null when it is no mail (a signed invoice is a file like others). */
export function openSealed(bytes: Buffer): MimeWalker | null {
  const content = signedContent(bytes)
  if (!content || !/^(?:[!-9;-~]{1,60}:[^\r\n]{0,998}\r?\n(?:[ \t][^\r\n]{0,998}\r?\n)*){0,20}content-type:/i.test(content.toString('latin1', 0, 8192))) return null
  const walker = new MimeWalker({ keepsFiles: true })
  walker.push(content)
  walker.end()
  return walker
}

class Damaged extends Error {}

class Reader {
  #at = 0

  constructor(readonly bytes: Buffer) {}

  /** ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, encapContentInfo { type, [0] content } … } } */
  signedContent(): Buffer | null {
    this.#enter(SEQUENCE)
    if (!this.#oid().equals(SIGNED_DATA)) return null
    this.#enter(EXPLICIT)
    this.#enter(SEQUENCE)
    this.#skip(0)
    this.#skip(0)
    this.#enter(SEQUENCE)
    this.#oid()
    // Without contents the signature stands beside them, in a file of its own.
    if (this.bytes[this.#at] !== EXPLICIT) return null
    this.#enter(EXPLICIT)
    const pieces: Buffer[] = []
    this.#octets(pieces, 0)
    return Buffer.concat(pieces)
  }

  #head(): { tag: number; length: number | null } {
    const tag = this.bytes[this.#at]
    const first = this.bytes[this.#at + 1]
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new Damaged()
    this.#at += 2
    if (first === 0x80) return { tag, length: null }
    if (first < 0x80) return { tag, length: first }
    const count = first & 0x7f
    if (count > 4 || this.#at + count > this.bytes.length) throw new Damaged()
    const length = this.bytes.readUIntBE(this.#at, count)
    this.#at += count
    return { tag, length }
  }

  #enter(tag: number) {
    if (this.#head().tag !== tag) throw new Damaged()
  }

  #oid(): Buffer {
    const { tag, length } = this.#head()
    if (tag !== OID || length === null || length > 64) throw new Damaged()
    return this.#take(length)
  }

  /** Cut off at the end of the bytes: what is there is shown. */
  #take(length: number): Buffer {
    const taken = this.bytes.subarray(this.#at, this.#at + length)
    this.#at = Math.min(this.bytes.length, this.#at + length)
    return taken
  }

  #skip(depth: number) {
    if (depth > MAX_DEPTH) throw new Damaged()
    const { length } = this.#head()
    if (length !== null) this.#take(length)
    else while (!this.#ends()) this.#skip(depth + 1)
  }

  /** One string, or several that are one. */
  #octets(pieces: Buffer[], depth: number) {
    if (depth > MAX_DEPTH || pieces.length > MAX_PIECES) throw new Damaged()
    const { tag, length } = this.#head()
    if (tag === OCTETS && length !== null) {
      if (length > 0) pieces.push(this.#take(length))
    } else if (tag === CONSTRUCTED_OCTETS) {
      const end = length === null ? null : this.#at + length
      while (this.#at < this.bytes.length && (end === null ? !this.#ends() : this.#at < end)) this.#octets(pieces, depth + 1)
    } else throw new Damaged()
  }

  /** Two zeros end what has no length. */
  #ends(): boolean {
    if (this.#at >= this.bytes.length) throw new Damaged()
    if (this.bytes[this.#at] !== 0 || this.bytes[this.#at + 1] !== 0) return false
    this.#at += 2
    return true
  }
}
