import { ImportSchema } from '#database/schema'
import { DateTime } from 'luxon'
import type { ImportRange, ImportSource, Reason } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import { kept } from '#channels/health'
import type Inbox from '#channels/inbox'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, transaction } from '#support/transaction'

/** What was asked for, as it is kept. */
export interface ImportOptions {
  readonly path?: string
  readonly folders?: readonly string[]
  /** ISO */
  readonly since?: string
  readonly until?: string
}

/**
 * One taking-over of what was there before the desk. The row holds how far it has come: whoever is killed in the
 * middle, another goes on from there.
 */
export default class Import extends ImportSchema {
  /**
   * Begins one; a working process takes it from here.
   *
   * @throws DomainError when the channel has no such source, or what it needs is missing
   */
  static async begin(inbox: Inbox, source: string, options: ImportOptions, cause: Cause): Promise<Import> {
    sourceOf(inbox, source, options)
    return transaction(async (trx) => {
      const at = now()
      const agentId = cause.by?.kind === 'agent' ? cause.by.id : null
      const begun = await Import.create({ inboxId: inbox.id, source, options: JSON.stringify(options), state: 'running', taken: 0, known: 0, faulty: 0, agentId, createdAt: at, updatedAt: at }, { client: trx })
      await record('import:started', { importId: begun.id, inboxId: inbox.id, source }, cause, { inboxId: inbox.id, channel: inbox.channel })
      afterCommit(() => poke(['imports']))
      return begun
    })
  }

  get range(): ImportRange {
    return rangeOf(JSON.parse(this.options))
  }

  get isRunning() {
    return this.state === 'running'
  }

  /** Stops it where it is. Stopping a stopped one does nothing. */
  async stop(cause: Cause) {
    await this.#turn(['running'], { state: 'stopped' }, 'import:stopped', cause)
  }

  /** Goes on where it stopped or failed. What was taken is not taken again. */
  async resume(cause: Cause) {
    await this.#turn(['stopped', 'failed'], { state: 'running', error: null, finished_at: null }, 'import:resumed', cause)
  }

  async #turn(from: string[], to: Record<string, unknown>, event: 'import:stopped' | 'import:resumed', cause: Cause) {
    await transaction(async (trx) => {
      const turned = await trx.from('imports').where('id', this.id).whereIn('state', from).update({ ...to, updated_at: nowMs() })
      if (Number(turned) === 1) await record(event, { importId: this.id, inboxId: this.inboxId }, cause, { inboxId: this.inboxId })
      afterCommit(() => poke(['imports']))
    })
  }
}

/** Notes how far it has come, in the transaction that keeps what was fetched. */
export async function noteProgress(importId: number, channel: string, { cursor, taken, known, faults }: { cursor: string | null; taken: number; known: number; faults: readonly { place: string; reason: Reason }[] }) {
  const trx = openTransaction()
  const at = nowMs()
  let faulty = 0
  for (const { place, reason } of faults) {
    const made = await trx
      .knexQuery()
      .table('import_faults')
      .insert({ import_id: importId, place: place.replace(/\0/g, '').slice(0, 500), reason: kept(channel, reason), created_at: at })
      .onConflict(['import_id', 'place'])
      .ignore()
      .returning('id')
    faulty += made.length
  }
  await trx
    .from('imports')
    .where('id', importId)
    .update({ cursor, taken: trx.raw('taken + ?', [taken]), known: trx.raw('known + ?', [known]), faulty: trx.raw('faulty + ?', [faulty]), updated_at: at })
  afterCommit(() => poke(['imports']))
}

/** It has come to its end, or cannot go on. */
export async function endImport(importId: number, state: 'done' | 'failed', error: string | null) {
  await transaction(async (trx) => {
    const ended = await trx.from('imports').where('id', importId).where('state', 'running').update({ state, error, finished_at: nowMs(), updated_at: nowMs() })
    if (Number(ended) !== 1) return
    const row = await trx.from('imports').where('id', importId).firstOrFail()
    await record('import:ended', { importId, inboxId: row.inbox_id, outcome: state, taken: row.taken, known: row.known, faulty: row.faulty }, { by: null, via: 'import' }, { inboxId: row.inbox_id })
    afterCommit(() => poke(['imports']))
  })
}

/**
 * The source of this name for an inbox.
 *
 * @throws DomainError when there is none, or a path is missing
 */
export function sourceOf(inbox: { channel: string }, name: string, options: ImportOptions): ImportSource<any> {
  const source = pluginRegistry.channel(inbox.channel)?.imports?.[name]
  if (!source) throw new DomainError('imports.errors.no_source', 422)
  if (source.from !== 'account' && !options.path) throw new DomainError('imports.errors.no_path', 422)
  return source
}

export function rangeOf({ path, folders, since, until }: ImportOptions): ImportRange {
  return {
    ...(path ? { path } : {}),
    ...(folders?.length ? { folders } : {}),
    ...(since ? { since: DateTime.fromISO(since, { zone: 'utc' }) } : {}),
    ...(until ? { until: DateTime.fromISO(until, { zone: 'utc' }) } : {}),
  }
}
