/*
 * RTF as Outlook packs it (MS-OXRTFCP): references of a byte pair into the last 4096 bytes, over a dictionary that
 * both sides know. What does not fit ends the reading; what was unpacked before stays.
 */

const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d
const HEADER = 16
const RING = 4096
/** No letter is longer; a packed one grows eightfold at most. */
const MAX_BYTES = 2 * 1024 * 1024

/** MS-OXRTFCP §2.1.2.1: what stands in the ring before the first byte. */
const DICTIONARY = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1'
)

/** The RTF within; null when these bytes are none. */
export function unpackRtf(bytes: Buffer): Buffer | null {
  if (bytes.length < HEADER) return null
  const raw = Math.min(bytes.readUInt32LE(4), MAX_BYTES)
  const kind = bytes.readUInt32LE(8)
  if (kind === UNCOMPRESSED) return bytes.subarray(HEADER, HEADER + raw)
  return kind === COMPRESSED ? expanded(bytes.subarray(HEADER), raw) : null
}

function expanded(bytes: Buffer, length: number): Buffer {
  const ring = Buffer.alloc(RING)
  DICTIONARY.copy(ring)
  let write = DICTIONARY.length
  const out = Buffer.alloc(length)
  let to = 0
  const put = (byte: number) => {
    out[to++] = byte
    ring[write] = byte
    write = (write + 1) % RING
  }
  for (let at = 0; at < bytes.length && to < length; ) {
    const flags = bytes[at++]
    for (let bit = 0; bit < 8 && at < bytes.length && to < length; bit++) {
      if (!(flags & (1 << bit))) {
        put(bytes[at++])
        continue
      }
      if (at + 1 >= bytes.length) return out.subarray(0, to)
      const pair = bytes.readUInt16BE(at)
      at += 2
      const from = pair >> 4
      // A reference to the place that is written next means the end (§2.2.2.2).
      if (from === write) return out.subarray(0, to)
      for (let n = 0; n < (pair & 15) + 2 && to < length; n++) put(ring[(from + n) % RING])
    }
  }
  return out.subarray(0, to)
}
