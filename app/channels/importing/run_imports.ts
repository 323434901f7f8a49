import { randomUUID } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { pluginRegistry } from '#plugins/registry'
import { core, kept } from '#channels/health'
import Inbox from '#channels/inbox'
import { HOLDER, releaseLease, takeLease } from '#support/leases'
import { pause } from '#support/patience'
import { transaction } from '#support/transaction'
import { accept } from '../inbound/gateway.js'
import Import, { endImport, noteProgress, sourceOf } from './import.js'

const LOOK_MS = 2000
const LEASE_MS = 120_000
/** So many may wait to be read: what arrives meanwhile waits behind no more than these. */
const WINDOW = 250
const WINDOW_PAUSE_MS = 100
/** Pauses in seconds after a fetch that failed; after the last one the import has failed and can be resumed. */
const BACK_OFF_SECONDS = [2, 5, 15, 60]

/** Works on every import that is running, until the signal; each in one process at a time. */
export async function runImports(signal: AbortSignal) {
  const at = new Map<number, Promise<void>>()
  while (!signal.aborted) {
    try {
      for (const { id } of await db.from('imports').where('state', 'running').orderBy('id').limit(5).select('id')) {
        if (at.has(id)) continue
        const work = runImport(id, signal)
          .catch((error: Error) => logger.error({ err: error, import: id }, 'An import ended with an error; it is taken up again'))
          .finally(() => at.delete(id))
        at.set(id, work.then(() => {}))
      }
    } catch (error) {
      logger.warn({ err: error }, 'The imports could not be listed; asked again in a moment')
    }
    await pause(LOOK_MS, signal)
  }
  await Promise.allSettled(at.values())
}

/**
 * Takes one import on from where it is, to its end, its stop or the signal's. False: another process is at it.
 * Each round's messages and the place reached are one commit, so a kill at any moment repeats or loses nothing.
 */
export async function runImport(id: number, signal: AbortSignal): Promise<boolean> {
  const lease = `import:${id}`
  const hand = `${HOLDER}-${randomUUID().slice(0, 8)}`
  if (!(await takeLease(lease, LEASE_MS, hand))) return false
  let failures = 0
  try {
    while (!signal.aborted && (await takeLease(lease, LEASE_MS, hand))) {
      const row = await Import.find(id)
      if (!row?.isRunning) return true
      if ((await waiting(row.inboxId)) >= WINDOW) {
        await pause(WINDOW_PAUSE_MS, signal)
        continue
      }
      try {
        if (await round(row, signal)) return true
        failures = 0
      } catch (error) {
        if (signal.aborted) return true
        const seconds = BACK_OFF_SECONDS[failures++]
        logger.warn({ err: error, import: id }, 'An import could not go on')
        if (seconds === undefined || (error as Fatal).final) {
          await endImport(id, 'failed', reasonOf(error as Fatal, await channelOf(row.inboxId)))
          return true
        }
        await pause(seconds * 1000, signal)
      }
    }
    return true
  } finally {
    await releaseLease(lease, hand)
  }
}

type Fatal = Error & { reason?: string | { key: string }; final?: boolean }

/** @returns whether it was the last */
async function round(row: Import, signal: AbortSignal): Promise<boolean> {
  const inbox = await Inbox.find(row.inboxId)
  if (!inbox || inbox.deletedAt) throw Object.assign(new Error('The inbox is gone'), { final: true })
  const source = sourceOf(inbox, row.source, JSON.parse(row.options))
  const seen = await pluginRegistry.inboxFor(inbox)
  const { items, faults = [], cursor } = await source.fetch(seen, row.range, row.cursor, signal)
  const note = (fresh: number) => noteProgress(row.id, inbox.channel, { cursor: cursor ?? row.cursor, taken: fresh, known: items.length - fresh, faults })
  if (items.length > 0) await accept(inbox, items, { via: 'import', importId: row.id, also: note })
  else await transaction(() => note(0))
  if (cursor !== null) return false
  await endImport(row.id, 'done', null)
  return true
}

async function waiting(inboxId: number): Promise<number> {
  const rows = await db.from('incoming_items').where('state', 'stored').where('inbox_id', inboxId).limit(WINDOW).select('id')
  return rows.length
}

async function channelOf(inboxId: number): Promise<string> {
  return (await db.from('inboxes').where('id', inboxId).select('channel').first())?.channel ?? 'gateway'
}

/** In words, where the driver knows them. */
function reasonOf(error: Fatal, channel: string): string {
  return error.reason ? kept(channel, error.reason as never) : kept('gateway', core('import_failed', {}, error.message.slice(0, 500)))
}
