import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import type { DateTime } from 'luxon'
import type { ImportRange, ImportSource, Raw } from '#plugin'
import type { config } from '../config.js'
import { Fault } from '../faults.js'
import { dateOf, isWithin } from './mail_dates.js'

const BLOCK = 1024 * 1024
const MAX_MAIL = 64 * 1024 * 1024
/** One round: so many mails, so many bytes of the file. */
const ROUND_MAILS = 200
const ROUND_BYTES = 24 * 1024 * 1024

interface Found {
  /** Where it begins in the file, bytes. */
  readonly at: number
  readonly bytes: number
  /** Null when it is larger than we take. */
  readonly body: Buffer | null
}

/** The file that Thunderbird, Google Takeout and Unix mail programs keep a folder in (RFC 4155; mboxrd and mboxo). */
export const mbox: ImportSource<typeof config> = {
  from: 'file',
  endings: ['.mbox', '.mbx', ''],

  async survey(inbox, range, signal) {
    let count = 0
    for await (const { body } of mailsOf(range.path!, 0)) {
      signal.throwIfAborted()
      if (body && isWithin(dateOf(body, inbox.now()) ?? inbox.now(), range)) count++
    }
    return [{ place: range.path!, count }]
  },

  async fetch(inbox, range, cursor, signal) {
    const items: Raw[] = []
    const faults = []
    const from = Number(cursor ?? 0)
    let end = from
    let mails = 0
    for await (const { at, bytes, body } of mailsOf(range.path!, from)) {
      signal.throwIfAborted()
      if (!body) faults.push({ place: `${range.path} @ ${at}`, reason: { key: 'import.tooBig', values: { megabytes: Math.round(MAX_MAIL / 1024 / 1024) } } })
      else push(items, body, range, await fallbackOf(range.path!, body, inbox.now()))
      end = at + bytes
      mails++
      if (mails >= ROUND_MAILS || end - from >= ROUND_BYTES) return { items, faults, cursor: String(end) }
    }
    return { items, faults, cursor: null }
  },
}

function push(items: Raw[], body: Buffer, range: ImportRange, at: DateTime) {
  if (isWithin(at, range)) items.push({ externalId: idOf(body), type: 'message/rfc822', at, body })
}

/** The bytes' own hash: the same mail from two files, or from one taken twice, is one. */
export const idOf = (body: Buffer) => `import:${createHash('sha256').update(body).digest('hex')}`

async function fallbackOf(path: string, body: Buffer, now: DateTime): Promise<DateTime> {
  return dateOf(body, now) ?? now.minus({ milliseconds: Math.max(0, now.toMillis() - (await stat(path)).mtimeMs) })
}

/**
 * The mails of a file from an offset, which must be the beginning of one; memory holds one mail at a time.
 *
 * @throws Fault when it is no mbox, or cannot be opened
 */
async function* mailsOf(path: string, offset: number): AsyncGenerator<Found> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw Object.assign(new Fault({ key: 'import.notOpened', values: { path }, detail: error.code }, error), { final: true })
  })
  try {
    let buffer: Buffer = Buffer.alloc(0)
    let start = offset
    let position = offset
    let ended = false
    let checked = false
    let scanned = 0
    let overflow = 0
    while (true) {
      if (!ended) {
        const block = Buffer.alloc(BLOCK)
        const { bytesRead } = await file.read(block, 0, BLOCK, position)
        position += bytesRead
        ended = bytesRead === 0
        buffer = buffer.length === 0 ? block.subarray(0, bytesRead) : Buffer.concat([buffer, block.subarray(0, bytesRead)])
      }
      if (!checked && buffer.length > 0) {
        if (!/^(?:\r?\n)*From /.test(buffer.subarray(0, 2000).toString('latin1'))) throw Object.assign(new Fault({ key: 'import.notMbox', values: { path } }), { final: true })
        checked = true
      }
      for (let next = boundary(buffer, scanned); next !== -1; next = boundary(buffer, 0)) {
        yield { at: start, bytes: overflow + next, body: overflow > 0 ? null : unquoted(buffer.subarray(0, next)) }
        start += overflow + next
        buffer = buffer.subarray(next)
        overflow = 0
        scanned = 0
      }
      if (ended) {
        const rest = overflow + buffer.length
        if (rest > 0 && (overflow > 0 || buffer.toString('latin1', 0, 4000).trim() !== '')) yield { at: start, bytes: rest, body: overflow > 0 ? null : unquoted(buffer) }
        return
      }
      // What has been looked through need not be again, but for the few bytes in which a boundary may hide.
      scanned = Math.max(0, buffer.length - 512)
      if (buffer.length > MAX_MAIL || overflow > 0) {
        const cut = Math.max(0, buffer.length - 512)
        overflow += cut
        buffer = Buffer.from(buffer.subarray(cut))
        scanned = 0
      }
    }
  } finally {
    await file.close()
  }
}

/** A line of its own after an empty one, with the beginning of a header behind it: a "From " in a text is none. */
const SEPARATOR = /^From [^\n]*\n(?:>?From [^\n]*\n)?[!-9;-~]+:/

function boundary(buffer: Buffer, from: number): number {
  for (let at = buffer.indexOf('\nFrom ', from); at !== -1; at = buffer.indexOf('\nFrom ', at + 1)) {
    const isAfterEmpty = buffer[at - 1] === 10 || (buffer[at - 1] === 13 && buffer[at - 2] === 10)
    if (isAfterEmpty && SEPARATOR.test(buffer.subarray(at + 1, at + 501).toString('latin1'))) return at + 1
  }
  return -1
}

/** The mail itself: without its separator, and with the lines that begin with "From " as they were. */
function unquoted(found: Buffer): Buffer {
  const text = found.toString('latin1')
  const start = text.indexOf('\n', text.indexOf('From ')) + 1
  return Buffer.from(text.slice(start).replace(/\r?\n$/, '').replace(/^>(>*From )/gm, '$1'), 'latin1')
}
