import { Headers } from './headers.js'

/** The headers at the beginning of some bytes: a returned mail, a block of a delivery report. */
export function parseHeaders(bytes: Buffer): Headers {
  const block = bytes.subarray(0, 64 * 1024).toString('latin1').replace(/^(?:\r?\n)+/, '').split(/\r?\n\r?\n/, 1)[0]
  const lines = block.replace(/\r?\n(?=[ \t])/g, '\u0001').split(/\r?\n/)
  return new Headers(lines.map((line) => ({ key: line.split(':', 1)[0].trim().toLowerCase(), line: line.replaceAll('\u0001', '\n') })))
}
