import db from '@adonisjs/lucid/services/db'
import { takeNextIncoming } from '#channels/inbound/processing'
import type Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { releaseLeasesOfTheDead } from '#support/leases'
import Import, { rangeOf, sourceOf, type ImportOptions } from './import.js'
import { runImport } from './run_imports.js'

export interface Told {
  readonly id: number
  readonly state: string
  readonly taken: number
  readonly known: number
  readonly faulty: number
  readonly error: string | null
  /** What became of what was taken: done, ignored, failed. */
  readonly fates: Readonly<Record<string, number>>
}

/** Counts what is there; nothing is written. */
export async function surveyAtOnce(inbox: Inbox, source: string, options: ImportOptions) {
  return sourceOf(inbox, source, options).survey(pluginRegistry.inboxFor(inbox), rangeOf(options), new AbortController().signal)
}

/**
 * Does a whole import here and reads what it brought, for the command line; a desk that runs beside it shares the
 * work. The same source and place that stopped before its end goes on.
 *
 * @param tell - hears how far it has come
 */
export async function importAtOnce(inbox: Inbox, source: string, options: ImportOptions, tell: (told: Told) => void): Promise<Told> {
  await releaseLeasesOfTheDead()
  const cause = { by: null, via: 'command' } as const
  const unfinished = await Import.query().where({ inbox_id: inbox.id, source, options: JSON.stringify(options) }).whereNot('state', 'done').orderBy('id', 'desc').first()
  const row = unfinished ?? (await Import.begin(inbox, source, options, cause))
  if (unfinished) await unfinished.resume(cause)

  const stop = new AbortController()
  let ended = false
  const running = runImport(row.id, stop.signal)
    .then(async (ours) => {
      // Another process is at it: wait for its end.
      while (!ours && (await Import.findOrFail(row.id)).isRunning) await new Promise((done) => setTimeout(done, 1000))
    })
    .finally(() => (ended = true))
  let last = 0
  while (!ended || (await waitsFor(row.id))) {
    if (!(await takeNextIncoming())) await new Promise((done) => setTimeout(done, 50))
    if (Date.now() - last > 1000) {
      last = Date.now()
      tell(await told(row.id))
    }
  }
  await running
  return told(row.id)
}

async function waitsFor(importId: number): Promise<boolean> {
  return Boolean(await db.from('incoming_items').where('import_id', importId).whereIn('state', ['stored', 'processing']).select('id').first())
}

async function told(id: number): Promise<Told> {
  const row = await Import.findOrFail(id)
  const fates = await db.from('incoming_items').where('import_id', id).groupBy('state').select('state').count('* as total')
  return { id, state: row.state, taken: row.taken, known: row.known, faulty: row.faulty, error: row.error, fates: Object.fromEntries(fates.map(({ state, total }) => [state, Number(total)])) }
}
