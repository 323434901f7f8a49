import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DateTime } from 'luxon'
import type { ImportSource, Raw } from '#plugin'
import type { config } from '../config.js'
import { Fault } from '../faults.js'
import { dateOf, isWithin } from './mail_dates.js'
import { idOf } from './mbox.js'

const MAX_MAIL = 64 * 1024 * 1024
const ROUND_MAILS = 200
const ROUND_BYTES = 24 * 1024 * 1024
const MAX_DEPTH = 8

/** The folder tree in which Dovecot, Courier and Postfix keep mail: `cur` and `new` in each folder. What is half delivered (`tmp`) stays. */
export const maildir: ImportSource<typeof config> = {
  from: 'folder',

  async survey(inbox, range, signal) {
    const places = []
    for (const folder of await foldersOf(range.path!)) {
      let count = 0
      for (const name of await namesIn(folder)) {
        signal.throwIfAborted()
        if (!range.since && !range.until) count++
        else if (isWithin(await timeOf(join(folder, name), inbox.now()), range)) count++
      }
      if (count > 0) places.push({ place: folder, count })
    }
    return places
  },

  async fetch(inbox, range, cursor, signal) {
    const items: Raw[] = []
    const faults = []
    const after: { folder: string; name: string } | null = cursor ? JSON.parse(cursor) : null
    let bytes = 0
    for (const folder of await foldersOf(range.path!)) {
      if (after && folder < after.folder) continue
      for (const name of await namesIn(folder)) {
        if (after && folder === after.folder && name <= after.name) continue
        signal.throwIfAborted()
        const path = join(folder, name)
        try {
          const { size } = await stat(path)
          if (size > MAX_MAIL) faults.push({ place: path, reason: { key: 'import.tooBig', values: { megabytes: Math.round(MAX_MAIL / 1024 / 1024) } } })
          else {
            const body = await readFile(path)
            bytes += size
            const at = dateOf(body, inbox.now()) ?? (await timeOf(path, inbox.now()))
            if (isWithin(at, range)) items.push({ externalId: idOf(body), type: 'message/rfc822', at, body })
          }
        } catch (error) {
          faults.push({ place: path, reason: { key: 'import.notRead', detail: (error as NodeJS.ErrnoException).code ?? (error as Error).message } })
        }
        if (items.length + faults.length >= ROUND_MAILS || bytes >= ROUND_BYTES) return { items, faults, cursor: JSON.stringify({ folder, name }) }
      }
    }
    return { items, faults, cursor: null }
  },
}

/** Every `cur` and `new` below, in a steady order. */
async function foldersOf(root: string): Promise<string[]> {
  const found: string[] = []
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (folder === root) throw Object.assign(new Fault({ key: 'import.notOpened', values: { path: root }, detail: error.code }, error), { final: true })
      return []
    })
    for (const entry of entries) {
      if (!entry.isDirectory() || depth >= MAX_DEPTH) continue
      if (entry.name === 'cur' || entry.name === 'new') found.push(join(folder, entry.name))
      else if (entry.name !== 'tmp') await visit(join(folder, entry.name), depth + 1)
    }
  }
  await visit(root, 0)
  if (found.length === 0) throw Object.assign(new Fault({ key: 'import.notMaildir', values: { path: root } }), { final: true })
  return found.sort()
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name).sort()
}

/** A Maildir name begins with the second of its delivery. */
async function timeOf(path: string, now: DateTime): Promise<DateTime> {
  const seconds = Number(/^(\d{9,10})\./.exec(basename(path))?.[1])
  if (seconds) return DateTime.fromSeconds(seconds, { zone: 'utc' })
  const { mtimeMs } = await stat(path)
  return DateTime.fromMillis(Math.min(mtimeMs, now.toMillis()), { zone: 'utc' })
}
