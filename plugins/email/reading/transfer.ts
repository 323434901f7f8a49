/*
 * From the characters that travel to the bytes that were meant (RFC 2045 §6): base64, quoted-printable, uuencode.
 * As lenient as mail programs are: junk is passed over, a wrong label is noticed, nothing throws.
 */

/** Undoes a transfer encoding piece by piece, for files of any size. */
export interface TransferDecoder {
  write(chunk: Buffer): Buffer
  end(): Buffer
}

const NOTHING = Buffer.alloc(0)
/** No line of quoted-printable needs more of its beginning to be kept for the next chunk. */
const MAX_SOFT_BREAK = 256

/** `encoding` as it stands in Content-Transfer-Encoding; an unknown one means that nothing was encoded. */
export function transferDecoder(encoding: string): TransferDecoder {
  if (encoding === 'base64') return new Base64()
  if (encoding === 'quoted-printable') return new QuotedPrintable()
  if (encoding === 'uuencode') return new Uuencode()
  return { write: (chunk) => chunk, end: () => NOTHING }
}

/** The name of an encoding, whatever its spelling: `BASE-64`, `quoted printable`, `x-uue (old)`. */
export function encodingOf(value: string): string {
  const name = value.replace(/\([^()]{0,200}\)/g, '').toLowerCase().replace(/[^a-z0-9]/g, '')
  if (name.startsWith('base64')) return 'base64'
  if (name.startsWith('quotedprintable')) return 'quoted-printable'
  if (/^x?uu(e|encode)/.test(name)) return 'uuencode'
  return 'binary'
}

/** A whole text at once; one that only claims to be base64 stays as it is. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64' && !isBase64(bytes)) return bytes
  const decoder = transferDecoder(encoding)
  return Buffer.concat([decoder.write(bytes), decoder.end()])
}

/** Quoted-printable that nobody called so: plain letters only, and every sign of it stands as it should, those of UTF-8 in pairs. */
export function isQuotedUnsaid(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  if (!/=[C-F][0-9A-F]=[89AB][0-9A-F]/.test(text) || /[\u0080-\u00FF]/.test(text)) return false
  const pairs = text.match(/=[C-F][0-9A-F]=[89AB][0-9A-F]/g)?.length ?? 0
  return pairs >= 3 && !/=(?![0-9A-F]{2}|\r?\n)/.test(text)
}

/** Words with spaces between them are no base64, whatever the label says; a little junk is. */
function isBase64(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 4096).toString('latin1').trim()
  const spaces = sample.match(/\S +\S/g)?.length ?? 0
  return spaces <= 2 + sample.length / 80
}

/** Padding may stand in the middle, where somebody put two encoded pieces together. */
class Base64 implements TransferDecoder {
  #left = ''

  write(chunk: Buffer): Buffer {
    const text = this.#left + chunk.toString('latin1').replace(/[^A-Za-z0-9+/=]+/g, '')
    if (!text.includes('=')) {
      const whole = text.length - (text.length % 4)
      this.#left = text.slice(whole)
      return Buffer.from(text.slice(0, whole), 'base64')
    }
    const pieces = text.split(/=+/)
    const last = pieces.pop()!
    const whole = last.length - (last.length % 4)
    this.#left = last.slice(whole)
    return Buffer.concat([...pieces, last.slice(0, whole)].map((piece) => Buffer.from(piece, 'base64')))
  }

  end(): Buffer {
    const rest = Buffer.from(this.#left, 'base64')
    this.#left = ''
    return rest
  }
}

class QuotedPrintable implements TransferDecoder {
  #left = ''

  write(chunk: Buffer): Buffer {
    const text = this.#left + chunk.toString('latin1')
    const open = text.slice(-MAX_SOFT_BREAK).search(/=(?:[0-9A-Fa-f]?|[ \t]*\r?)$/)
    const end = open === -1 ? text.length : Math.max(0, text.length - MAX_SOFT_BREAK) + open
    this.#left = text.slice(end)
    return unquote(text.slice(0, end))
  }

  end(): Buffer {
    const rest = this.#left.replace(/=[ \t]*\r?$/, '')
    this.#left = ''
    return unquote(rest)
  }
}

function unquote(text: string): Buffer {
  return Buffer.from(
    text.replace(/=(?:([0-9A-Fa-f]{2})|[ \t]{0,200}\r?\n)/g, (_, hex?: string) => (hex ? String.fromCharCode(Number.parseInt(hex, 16)) : '')),
    'latin1'
  )
}

class Uuencode implements TransferDecoder {
  #left = ''
  #open: boolean | null = null

  write(chunk: Buffer): Buffer {
    const lines = (this.#left + chunk.toString('latin1')).split('\n')
    this.#left = lines.pop()!
    return Buffer.concat(lines.map((line) => this.#line(line.replace(/\r$/, ''))))
  }

  end(): Buffer {
    const rest = this.#line(this.#left.replace(/\r$/, ''))
    this.#left = ''
    return rest
  }

  #line(line: string): Buffer {
    if (this.#open === null && /^begin [0-7]{3,4} /.test(line)) this.#open = true
    else if (line === 'end') this.#open = false
    else if (this.#open) return uuLine(line)
    return NOTHING
  }
}

/** One line of uuencode: its length, then four characters for three bytes. */
export function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63
  if (line.length === 0 || length === 0) return NOTHING
  const out = Buffer.alloc(Math.ceil(length / 3) * 3)
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    const [a, b, c, d] = [0, 1, 2, 3].map((n) => (at + n < line.length ? (line.charCodeAt(at + n) - 32) & 63 : 0))
    out[to] = (a << 2) | (b >> 4)
    out[to + 1] = ((b & 15) << 4) | (c >> 2)
    out[to + 2] = ((c & 3) << 6) | d
  }
  return out.subarray(0, length)
}
