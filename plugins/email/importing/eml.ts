import { buffer } from 'node:stream/consumers'
import { DateTime } from 'luxon'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import type { ImportSource, Raw } from '#plugin'
import type { config } from '../config.js'
import { Fault } from '../faults.js'
import { dateOf, isWithin } from './mail_dates.js'
import { idOf } from './mbox.js'

const MAX_MAIL = 64 * 1024 * 1024
const ROUND_MAILS = 200
const ROUND_BYTES = 24 * 1024 * 1024

/** A zip of saved mails (`.eml`), as mail programs and archives export them. Sizes are checked before and while unpacking. */
export const eml: ImportSource<typeof config> = {
  from: 'file',
  endings: ['.zip'],

  async survey(inbox, range, signal) {
    let count = 0
    for await (const { zip, entry } of entriesOf(range.path!)) {
      signal.throwIfAborted()
      if (!isMail(entry)) continue
      if ((!range.since && !range.until) || isWithin(dateOf(await contentOf(zip, entry), inbox.now()) ?? inbox.now(), range)) count++
    }
    return [{ place: range.path!, count }]
  },

  async fetch(inbox, range, cursor, signal) {
    const items: Raw[] = []
    const faults = []
    const from = Number(cursor ?? 0)
    let at = 0
    let bytes = 0
    for await (const { zip, entry } of entriesOf(range.path!)) {
      if (at++ < from || !isMail(entry)) continue
      signal.throwIfAborted()
      try {
        if (entry.uncompressedSize > MAX_MAIL) faults.push({ place: entry.fileName, reason: { key: 'import.tooBig', values: { megabytes: Math.round(MAX_MAIL / 1024 / 1024) } } })
        else if (entry.isEncrypted()) faults.push({ place: entry.fileName, reason: { key: 'import.encrypted' } })
        else {
          const body = await contentOf(zip, entry)
          bytes += body.length
          const written = DateTime.fromJSDate(entry.getLastModDate(), { zone: 'utc' })
          const time = dateOf(body, inbox.now()) ?? (written.isValid && written < inbox.now() ? written : inbox.now())
          if (isWithin(time, range)) items.push({ externalId: idOf(body), type: 'message/rfc822', at: time, body })
        }
      } catch (error) {
        faults.push({ place: entry.fileName, reason: { key: 'import.notRead', detail: (error as Error).message.slice(0, 200) } })
      }
      if (items.length + faults.length >= ROUND_MAILS || bytes >= ROUND_BYTES) return { items, faults, cursor: String(at) }
    }
    return { items, faults, cursor: null }
  },
}

const isMail = ({ fileName }: Entry) => /\.eml$/i.test(fileName) && !/(^|\/)(__MACOSX|\._)/.test(fileName)

/** @throws Fault when it is no zip */
async function* entriesOf(path: string): AsyncGenerator<{ zip: ZipFile; entry: Entry }> {
  const zip = await new Promise<ZipFile>((done, fail) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, opened) => {
      if (error || !opened) fail(Object.assign(new Fault({ key: 'import.notZip', values: { path }, detail: error?.message.slice(0, 200) }, error), { final: true }))
      else done(opened)
    })
  })
  let wake: ((entry: Entry | Error | null) => void) | null = null
  zip.on('entry', (entry: Entry) => wake?.(entry))
  zip.on('end', () => wake?.(null))
  zip.on('error', (error: Error) => wake?.(error))
  try {
    while (true) {
      const entry = await new Promise<Entry | Error | null>((done) => {
        wake = done
        zip.readEntry()
      })
      if (entry === null) return
      if (entry instanceof Error) throw Object.assign(new Fault({ key: 'import.notZip', values: { path }, detail: entry.message.slice(0, 200) }, entry), { final: true })
      yield { zip, entry }
    }
  } finally {
    zip.close()
  }
}

function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((done, fail) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error || !stream) return fail(error)
      buffer(stream).then(done, fail)
    })
  })
}
