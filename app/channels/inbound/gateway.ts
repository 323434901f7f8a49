import { createHash } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { Raw } from '#plugin'
import { storeReason } from '#plugins/reasons'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { insertRows, type Row } from '#support/inserting'
import { dropKept, keepRaw, type KeptFile } from '#support/files'
import { poke } from '#support/pokes'
import { afterCommit, leaves, onceInTransaction, openTransaction, sharingCommits, transaction } from '#support/transaction'
import { PURGED } from '#channels/spam/aged'
import { touchHealth } from '#channels/health'
import type { Outcome } from '#channels/incoming_item'
import { processNow } from './processing.js'

/*
 * The one door for whatever arrives: polls, hooks, the API, a pipe, a plugin's own socket.
 */

export interface Accepted {
  /** The item; of a duplicate, the one that was there before. */
  readonly id: number
  readonly duplicate: boolean
}

/** How it came: `poll`, `hook`, `api`, `command`, `smtp`, `plugin`, `demo`, `import`. */
type Via = { readonly via: string }

interface Beside {
  readonly cursor?: string
  /** The taking-over that brings them. */
  readonly importId?: number
  /** More that belongs into the same commit; it is told how many were new. */
  readonly also?: (fresh: number) => Promise<void>
}

const AT_ONCE = 8
const EXTERNAL_ID_MAX = 500

/**
 * Keeps what arrived: each body on the disk, then all rows (and the cursor of a poll) in one commit.
 * Only when this has settled may anybody be told that we have it. Nothing is read or judged here.
 *
 * @throws whatever the disk or the database throws: then nothing was taken, and it must come again
 */
export async function accept(inbox: { id: number }, raws: readonly Raw[], { via, cursor, importId, also }: Via & Beside): Promise<Accepted[]> {
  const ids = raws.map((raw) => shortId(raw.externalId))
  // Of a single one the row itself tells whether it is new, and it nearly always is.
  const known = raws.length === 1 ? new Map<string, number>() : await knownItems(inbox.id, ids)
  const files = await keepAll(raws, ids, known)

  const fresh = new Set<string>()
  const rows = [...files].map(([externalId, { raw, file }]) => ({
    inbox_id: inbox.id,
    external_id: externalId,
    type: raw.type.slice(0, 100),
    raw_path: file.path,
    bytes: file.bytes,
    sha256: file.sha256,
    received_at: raw.at.toMillis(),
    via,
    envelope: raw.envelope ? JSON.stringify(raw.envelope).slice(0, 2000) : null,
    import_id: importId ?? null,
    state: 'stored',
  }))
  for (const { id, external_id: externalId } of await store({ inboxId: inbox.id, rows, cursor, also, isImport: importId !== undefined })) {
    fresh.add(externalId)
    known.set(externalId, id)
  }

  // Two of the same at once: the second one's file has no row.
  const overtaken = [...files].filter(([externalId]) => !fresh.has(externalId))
  for (const [, { file }] of overtaken) await dropKept(file.path)
  if (overtaken.length > 0) for (const [externalId, id] of await knownItems(inbox.id, ids)) known.set(externalId, id)

  const seen = new Set<string>()
  return ids.map((externalId) => {
    const duplicate = !fresh.has(externalId) || seen.has(externalId)
    seen.add(externalId)
    return { id: known.get(externalId)!, duplicate }
  })
}

interface Kept extends Pick<Beside, 'cursor' | 'also'> {
  readonly inboxId: number
  readonly rows: readonly Row[]
  readonly isImport: boolean
}

/** Writes the rows; gives back those that are new. Mails that come by several connections at once share a commit. */
const store = sharingCommits(async (callers: readonly Kept[]): Promise<{ id: number; external_id: string }[][]> => {
  const trx = openTransaction()
  const at = nowMs()
  const rows = callers.flatMap((caller) => caller.rows.map((row) => ({ ...row, due_at: at })))
  const written = await insertRows('incoming_items', rows, { unless: ['inbox_id', 'external_id'], returning: ['id', 'inbox_id', 'external_id'] })
  const unclaimed = new Map(written.map((row) => [`${row.inbox_id} ${row.external_id}`, row]))
  const answers: { id: number; external_id: string }[][] = []
  for (const { inboxId, rows: own, cursor, also, isImport } of callers) {
    // Of two who bring the same in one moment the first has brought it.
    const fresh = own.map((row) => unclaimed.get(`${inboxId} ${row.external_id}`)).filter((row) => row !== undefined)
    for (const { external_id: externalId } of fresh) unclaimed.delete(`${inboxId} ${externalId}`)
    if (cursor !== undefined) await trx.knexQuery().table('inbox_cursors').insert({ inbox_id: inboxId, cursor, updated_at: at }).onConflict('inbox_id').merge(['cursor', 'updated_at'])
    await also?.(fresh.length)
    if (fresh.length > 0 && !isImport) await onceInTransaction(`inbox ${inboxId} received`, () => touchHealth(inboxId, 'received_at'))
    answers.push(fresh)
  }
  if (written.length > 0) leaves('incoming')
  return answers
})

/** Keeps a call that could not be cut into events, whole, as one failed item for a person to see. */
export async function acceptUncut(inbox: { id: number }, raw: Raw, error: Error, via: Via): Promise<Accepted> {
  const [accepted] = await accept(inbox, [raw], via)
  if (accepted.duplicate) return accepted
  const reason = storeReason('gateway', { key: 'not_cut', detail: error.message.slice(0, 1000) })
  await db.from('incoming_items').where({ id: accepted.id, state: 'stored' }).update({ state: 'failed', outcome: 'failed', reason, finished_at: nowMs() })
  return accepted
}

export interface Ingested {
  readonly incomingId: number
  readonly messageId: number | null
  readonly ticketId: number | null
  readonly outcome: Outcome
  /** As kept (plugins/reasons.ts says it in words); null when there is none. */
  readonly reason: string | null
}

/**
 * Takes in one thing and processes it before it answers, in its order among what waits in the inbox.
 * One that could not be read counts as `failed` here although it is tried again.
 */
export async function ingest(inbox: { id: number }, raw: Raw, via: Via): Promise<Ingested> {
  const [{ id, duplicate }] = await accept(inbox, [raw], via)
  if (!duplicate) await processNow(inbox.id, id)
  const item = await db.from('incoming_items').where('id', id).select('outcome', 'message_id', 'ticket_id', 'reason').first()
  return { incomingId: id, messageId: item.message_id, ticketId: item.ticket_id, outcome: duplicate ? 'duplicate' : (item.outcome ?? 'failed'), reason: item.reason }
}

/**
 * Processes an item again from the bytes that were kept. What it made before is found by its
 * fingerprint, so nothing comes twice.
 *
 * @throws DomainError unless it was ignored or failed, and its bytes are there still
 */
export async function replay(itemId: number, cause: Cause) {
  await transaction(async (trx) => {
    const again = { state: 'stored', outcome: null, reason: null, attempts: 0, due_at: nowMs(), finished_at: null, lease_until: null }
    const changed = await trx.from('incoming_items').where('id', itemId).whereIn('state', ['failed', 'ignored']).where((query) => query.whereNull('outcome').orWhereNot('outcome', PURGED)).update(again)
    if (Number(changed) !== 1) throw new DomainError('gateway.errors.not_replayable', 409)
    await record('incoming:replayed', { incomingId: itemId }, cause)
    leaves('incoming')
    afterCommit(() => poke(['incoming']))
  })
}

async function knownItems(inboxId: number, externalIds: readonly string[]): Promise<Map<string, number>> {
  const known = new Map<string, number>()
  for (let from = 0; from < externalIds.length; from += 200) {
    const rows = await db.from('incoming_items').where('inbox_id', inboxId).whereIn('external_id', externalIds.slice(from, from + 200)).select('id', 'external_id')
    for (const row of rows) known.set(row.external_id, row.id)
  }
  return known
}

/** Writes the bodies that are new, a few at once: waiting for the disk is most of the work. */
async function keepAll(raws: readonly Raw[], ids: readonly string[], known: ReadonlyMap<string, number>) {
  const files = new Map<string, { raw: Raw; file: KeptFile }>()
  const wanted = raws.map((raw, at) => ({ raw, id: ids[at] })).filter(({ id }, at) => !known.has(id) && ids.indexOf(id) === at)
  const written: KeptFile[] = []
  try {
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE)
      const results = await Promise.allSettled(some.map(({ raw }) => keepRaw(raw.body)))
      for (const [at, result] of results.entries()) {
        if (result.status === 'rejected') continue
        written.push(result.value)
        files.set(some[at].id, { raw: some[at].raw, file: result.value })
      }
      const failed = results.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    }
  } catch (error) {
    for (const file of written) await dropKept(file.path)
    throw error
  }
  // In the order in which they came: it is the order in which they are read.
  return new Map(wanted.map(({ id }) => [id, files.get(id)!]))
}

function shortId(externalId: string): string {
  const id = externalId.replace(/\0/g, '')
  if (id.length <= EXTERNAL_ID_MAX) return id
  return `${id.slice(0, 400)}#${createHash('sha256').update(id).digest('hex')}`
}
