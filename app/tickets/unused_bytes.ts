import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { contentPath, dropKept, keptAt } from '#support/files'
import { enqueue } from '#support/jobs'
import { BYTES_JOB } from './purging.js'

/** Bytes written so lately may wait for the row that names them. */
const FRESH_MS = 3_600_000

/** Removes the bytes of a file if no row names them any more; several files with one content share them. */
export async function dropUnused(sha256: string) {
  if (await isNamed(sha256)) return
  const at = await keptAt(contentPath(sha256))
  if (at === null) return
  if (nowMs() - at < FRESH_MS) return enqueue(BYTES_JOB, { sha256 }, { at: nowMs() + FRESH_MS })
  await dropKept(contentPath(sha256))
}

/** Whether a row names these bytes. */
export async function isNamed(sha256: string): Promise<boolean> {
  for (const [table, column] of [['attachments', 'sha256'], ['uploads', 'sha256'], ['customers', 'picture_sha256']] as const) {
    if (await db.from(table).where(column, sha256).select('id').first()) return true
  }
  return false
}
