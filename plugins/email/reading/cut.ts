import { PassThrough, type Readable } from 'node:stream'
import type { HeaderLine } from './headers.js'
import { LetterParser, type Letter, type Part } from './parser.js'

/** A file that came along. Small ones are in memory, of a big one only its place is known. */
export interface Piece {
  readonly index: number
  readonly type: string
  readonly name?: string
  readonly cid?: string
  readonly bytes: number
  readonly content?: Buffer
}

export interface Cut {
  readonly lines: readonly HeaderLine[]
  readonly letter: Letter
  readonly pieces: readonly Piece[]
  /** Why the rest could not be read; what is here was read before. */
  readonly fault?: Error
}

/** A file up to this size is kept in memory while the mail is taken in, and all of them up to the second. */
const SMALL = 1024 * 1024
const ALL_SMALL = 8 * 1024 * 1024
/** A mail has five seconds, and a big one a second more for each of these. */
const BASE_MS = 5000
const BYTES_A_SECOND = 4 * 1024 * 1024

/**
 * Cuts a mail into headers, text and files, as a stream and in bounded time. Never throws for what
 * stands in the mail: what could be read before a fault is returned together with the fault.
 *
 * @throws when the stored bytes themselves cannot be read: that is our trouble, and worth another try
 */
export async function cutMail(source: Readable, bytes: number): Promise<Cut> {
  const parser = new LetterParser()
  const pieces: Piece[] = []
  const open: Promise<void>[] = []
  let settled = false
  let lines: readonly HeaderLine[] = []
  let kept = 0
  let fault: Error | undefined

  parser.on('headerLines', (found: HeaderLine[]) => (lines = found))
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => end(new Error('Reading this e-mail took too long')), BASE_MS + (bytes / BYTES_A_SECOND) * 1000)
    function end(error?: Error) {
      if (settled) return
      settled = true
      clearTimeout(timer)
      fault = error
      source.destroy()
      done()
    }
    parser.on('data', (data: Part & { type: string }) => {
      if (data.type !== 'attachment') return
      open.push(
        collect(data, open.length, Math.min(SMALL, ALL_SMALL - kept)).then((piece) => {
          kept += piece.content?.length ?? 0
          pieces.push(piece)
          data.release()
        })
      )
    })
    parser.once('end', () => end())
    parser.once('error', (error: Error) => end(error))
    parser.once('close', () => end(new Error('This e-mail ends in the middle')))
    source.once('error', (error: Error) => {
      clearTimeout(timer)
      parser.destroy()
      fail(error)
    })
    source.pipe(parser)
  })
  parser.on('error', () => {})
  if (fault) parser.destroy()
  return { lines, letter: parser.letter(), pieces: pieces.sort((a, b) => a.index - b.index), ...(fault ? { fault } : {}) }
}

async function collect(part: Part, index: number, limit: number): Promise<Piece> {
  const chunks: Buffer[] = []
  let bytes = 0
  await new Promise<void>((done) => {
    part.content.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limit) chunks.push(chunk)
    })
    part.content.once('end', done)
    part.content.once('error', () => done())
  })
  return {
    index,
    type: part.contentType,
    bytes,
    ...(part.filename ? { name: part.filename } : {}),
    ...(part.cid ? { cid: part.cid } : {}),
    ...(bytes <= limit ? { content: Buffer.concat(chunks) } : {}),
  }
}

/** Reads one file again out of the stored mail, as a stream: what was too big to keep in memory. */
export function openPiece(source: Readable, index: number): Readable {
  const parser = new LetterParser()
  const out = new PassThrough()
  let seen = 0
  let found = false
  const stop = (error?: Error) => {
    source.destroy()
    if (error && !out.writableEnded) out.destroy(error)
  }
  parser.on('data', (data: Part & { type: string }) => {
    if (data.type !== 'attachment') return
    const wanted = seen++ === index
    found ||= wanted
    data.content.once('end', () => data.release())
    data.content.once('error', stop)
    if (wanted) data.content.pipe(out).once('finish', () => stop())
    else data.content.resume()
  })
  parser.once('end', () => (found ? undefined : stop(new Error('The file is not in this e-mail'))))
  parser.once('error', stop)
  source.once('error', stop)
  out.once('close', () => {
    source.destroy()
    parser.on('error', () => {})
    parser.destroy()
  })
  source.pipe(parser)
  return out
}
