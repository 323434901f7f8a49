import { extname } from 'node:path'

/** First bytes of kinds that we show or name; the rest stays an octet stream (architecture.md §11). */
const SIGNS: readonly [type: string, matches: (head: Buffer) => boolean][] = [
  ['image/png', (head) => head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))],
  ['image/jpeg', (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff],
  ['image/gif', (head) => /^GIF8[79]a/.test(head.toString('latin1', 0, 6))],
  ['image/webp', (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP'],
  ['audio/wav', (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WAVE'],
  // Two letters begin words too; the four bytes are always empty.
  ['image/bmp', (head) => head.length >= 14 && head.toString('latin1', 0, 2) === 'BM' && head.readUInt32LE(6) === 0],
  ['application/pdf', (head) => head.toString('latin1', 0, 1024).includes('%PDF-')],
  ['audio/mpeg', (head) => head.toString('latin1', 0, 3) === 'ID3' || (head[0] === 0xff && (head[1] & 0xe6) === 0xe2)],
  ['audio/ogg', (head) => head.toString('latin1', 0, 4) === 'OggS'],
  ['image/heic', (head) => /^ftyphe[iv][cxms]/.test(head.toString('latin1', 4, 12))],
  ['image/heif', (head) => /^ftypm[is][fs]1/.test(head.toString('latin1', 4, 12))],
  ['image/avif', (head) => /^ftypavi[fs]/.test(head.toString('latin1', 4, 12))],
  ['audio/mp4', (head) => /^ftypM4[AB] /.test(head.toString('latin1', 4, 12))],
  ['video/quicktime', (head) => head.toString('latin1', 4, 12) === 'ftypqt  '],
  ['video/3gpp', (head) => /^ftyp3g/.test(head.toString('latin1', 4, 12))],
  ['video/mp4', (head) => head.toString('latin1', 4, 8) === 'ftyp'],
  ['application/gzip', (head) => head[0] === 0x1f && head[1] === 0x8b],
]

/** By name alone, for what lies in a zip container or is plain text; none of these is ever shown in place. */
const NAMES: Readonly<Record<string, string>> = {
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.odt': 'application/vnd.oasis.opendocument.text',
  '.ods': 'application/vnd.oasis.opendocument.spreadsheet',
  '.zip': 'application/zip',
  '.doc': 'application/msword',
  '.xls': 'application/vnd.ms-excel',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.ics': 'text/calendar',
  '.eml': 'message/rfc822',
  '.xml': 'application/xml',
  '.json': 'application/json',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
}

/**
 * What a file is: by its first bytes, else by its name, else as its sender calls it (`said`). Only the first is sure:
 * whoever shows a file in place looks at the bytes (`isSure`).
 */
export function sniff(head: Buffer, name: string, said = ''): string {
  const type = TYPE.test(said) ? said.toLowerCase() : UNKNOWN
  const sure = byBytes(head)
  if (sure && CLOSER[sure]?.test(type)) return type
  return sure ?? (FINER.test(type) ? type : (NAMES[extname(name).toLowerCase()] ?? type))
}

export const UNKNOWN = 'application/octet-stream'
/** Kinds of text that a name like `details.txt` only blurs. */
const FINER = /^(?:message\/|text\/(?!plain$|html$|x-))/
/** Packings in which the sender knows better what lies. */
const CLOSER: Readonly<Record<string, RegExp>> = {
  'application/gzip': /gzip|tgz|tar$/,
  'video/mp4': /^(?:audio|video)\/(?:mp4|x-m4[av]|m4[av]|quicktime)$/,
  'audio/ogg': /^(?:audio|video|application)\/(?:ogg|opus)$/,
}
const TYPE = /^[a-z][\w.+-]{0,60}\/[\w.+-]{1,100}$/i

/** Whether the first bytes of a file say that it is this. */
export function isSure(head: Buffer, type: string): boolean {
  return byBytes(head) === type
}

function byBytes(head: Buffer): string | undefined {
  return SIGNS.find(([, matches]) => matches(head))?.[0]
}

/** The short list that a browser may show in place; everything else is a download. */
export function mayShowInPlace(type: string): boolean {
  return ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'application/pdf', 'audio/mpeg', 'audio/ogg', 'audio/wav'].includes(type)
}
