import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { nowMs } from '#support/clock'

/** Below this the desk cannot keep what arrives; bytes. */
const LEAST_FREE = 100_000_000
/** Work that is due and waits longer than this says that nobody takes it; ms. */
const LATE_MS = 120_000

interface Part {
  readonly ok: boolean
  readonly [detail: string]: unknown
}

/**
 * Whether this process can serve: 503 when the database or the disk is gone. A queue that stands or an
 * inbox that fails is told and does not take the process out of service. Ids only: it needs no token.
 */
export async function answerReady({ response }: HttpContext) {
  const database = await part(async () => {
    await db.rawQuery('select 1')
    return { ok: true }
  })
  const disk = await part(diskPart)
  const queue = database.ok ? await part(queuePart) : { ok: false }
  const inboxes = database.ok ? await inboxParts().catch(() => []) : []

  const able = database.ok && disk.ok
  const well = able && queue.ok && inboxes.every(({ ok }) => ok)
  response.header('cache-control', 'no-store').status(able ? 200 : 503)
  return response.json({ status: well ? 'ok' : able ? 'degraded' : 'unavailable', database, queue, disk, inboxes })
}

/** A part that throws is not well; the error itself goes no further than the log. */
async function part(look: () => Promise<Part>): Promise<Part> {
  try {
    return await look()
  } catch (error) {
    return { ok: false, code: (error as NodeJS.ErrnoException).code ?? null }
  }
}

async function diskPart(): Promise<Part> {
  const folder = env.get('DATA_DIR')
  await access(folder, constants.W_OK)
  const { bavail, bsize } = await statfs(folder)
  return { ok: bavail * bsize > LEAST_FREE, free_bytes: bavail * bsize }
}

async function queuePart(): Promise<Part> {
  const late = nowMs() - LATE_MS
  const event = await db.from('events').whereNull('dispatched_at').orderBy('id').select('at').first()
  const job = await db.from('jobs').where('state', 'pending').where('due_at', '<', late).select('id').first()
  const incoming = await db.from('incoming_items').where('state', 'stored').where('due_at', '<', late).select('id').first()
  return { ok: !(event && Number(event.at) < late) && !job && !incoming, late: { events: Boolean(event && Number(event.at) < late), jobs: Boolean(job), incoming: Boolean(incoming) } }
}

async function inboxParts(): Promise<(Part & { id: string })[]> {
  const rows = await db
    .from('inboxes')
    .leftJoin('inbox_health', 'inbox_health.inbox_id', 'inboxes.id')
    .whereNull('inboxes.deleted_at')
    .whereNull('inboxes.paused_at')
    .orderBy('inboxes.id')
    .select('inboxes.id', 'inbox_health.ok')
  return rows.map((row) => ({ id: String(row.id), ok: row.ok === null || Boolean(row.ok) }))
}
