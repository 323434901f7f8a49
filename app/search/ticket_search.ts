import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { fold, words } from './folding.js'
import { searchIndex } from './index/search_index.js'
import type { SearchQuery } from './query.js'
import type { DocumentKind } from './documents.js'

/** Who asks, and which inboxes they may see. Search is for agents: it finds internal notes. */
export interface Searcher {
  readonly reader: { readonly id: number }
  readonly access: readonly number[] | 'all'
}

/** One document that has the words. */
export interface Hit {
  /** Grows with the time at which the document was indexed. */
  readonly id: number
  readonly kind: DocumentKind
  readonly refId: number
  readonly ticketId: number
  readonly at: number
}

/** A ticket's hits, the newest first. */
export interface FoundTicket {
  readonly ticketId: number
  readonly hits: readonly Hit[]
}

/** So many of the newest documents with the words are looked at; what lies deeper is found by asking more precisely. */
const REACH = 20_000
/** Documents looked at together: at first a page's worth, then more, where conditions leave few. */
const PORTIONS = [80, 400, 2000]

/**
 * The tickets that have what was asked for, the newest document first; each ticket once, on the
 * page of its newest hit.
 *
 * @param below - where the page before ended: a hit's id.
 */
export async function findTickets(query: SearchQuery, searcher: Searcher, limit: number, below: number | null = null): Promise<{ found: FoundTicket[]; next: number | null }> {
  const conditions = await conditionsOf(query, searcher)
  if (!conditions) return { found: [], next: null }

  const found = new Map<number, Hit[]>()
  let last = below
  for await (const hits of portionsOf(query, conditions, below)) {
    const shown = below === null ? new Set<number>() : await shownBefore(query, conditions, hits, below)
    for (const hit of hits) {
      if (!shown.has(hit.ticketId)) {
        const known = found.get(hit.ticketId)
        if (!known && found.size === limit) return { found: grouped(found), next: last }
        if (known) known.push(hit)
        else found.set(hit.ticketId, [hit])
      }
      last = hit.id
    }
  }
  return { found: grouped(found), next: null }
}

/** The ids of at most `limit` tickets that have what was asked for, for a list that is ordered in its own way. */
export async function findTicketIds(query: SearchQuery, searcher: Searcher, limit: number): Promise<number[]> {
  const conditions = await conditionsOf(query, searcher)
  const ids = new Set<number>()
  if (!conditions) return []
  for await (const hits of portionsOf(query, conditions, null)) {
    for (const { ticketId } of hits) if (ids.size < limit) ids.add(ticketId)
    if (ids.size === limit) break
  }
  return [...ids]
}

type Conditions = (query: DatabaseQueryBuilderContract<any>, at: string) => void

/** Names become ids here. Null: something was asked for that does not exist. */
async function conditionsOf({ tags, owners, inboxes, statuses, after, before, hasAttachment }: SearchQuery, { reader, access }: Searcher): Promise<Conditions | null> {
  const ownerIds = await Promise.all(owners.map((owner) => (owner === 'me' ? [reader.id] : owner === 'none' ? null : named('agents', 'email', owner))))
  const inboxIds = await Promise.all(inboxes.map((inbox) => named('inboxes', 'address', inbox)))
  const tagIds = await Promise.all(tags.map((tag) => db.from('tags').where('folded', fold(tag.trim()).slice(0, 60)).select('id')))
  if ([...ownerIds, ...inboxIds, ...tagIds].some((ids) => ids?.length === 0)) return null

  return (query, at) => {
    if (access !== 'all') query.whereIn('tickets.inbox_id', [...access])
    for (const ids of ownerIds) {
      if (ids) query.whereIn('tickets.owner_id', ids)
      else query.whereNull('tickets.owner_id')
    }
    for (const ids of inboxIds) query.whereIn('tickets.inbox_id', ids)
    for (const [{ id }] of tagIds as [{ id: number }][]) {
      query.whereExists((tagged) => tagged.from('ticket_tags').whereColumn('ticket_tags.ticket_id', 'tickets.id').where('ticket_tags.tag_id', id))
    }
    if (statuses.length > 0) query.whereIn('tickets.status', [...statuses])
    if (hasAttachment) query.where('tickets.attachment_count', '>', 0)
    if (after !== null) query.where(at, '>=', after)
    if (before !== null) query.where(at, '<', before)
  }
}

/** Agents or inboxes of which a word of the name, or the address, begins like this. There are dozens of them, not thousands. */
async function named(table: 'agents' | 'inboxes', address: 'email' | 'address', asked: string): Promise<number[]> {
  const rows: any[] = await db.from(table).select('id', 'name', address)
  return rows.filter((row) => [row.name, row[address] ?? ''].some((name) => ` ${words(name).join(' ')}`.includes(` ${asked}`))).map(({ id }) => Number(id))
}

/** All hits, the newest first, as far as REACH goes. */
async function* portionsOf(query: SearchQuery, conditions: Conditions, below: number | null): AsyncGenerator<Hit[]> {
  for (let looked = 0, round = 0; looked < REACH; round++) {
    const size = PORTIONS[Math.min(round, PORTIONS.length - 1)]!
    if (query.terms.length === 0) {
      const hits = await ticketsWithout(conditions, size, below)
      yield hits
      if (hits.length < size) return
      below = hits.at(-1)!.id
    } else {
      const ids = await idsOf(searchIndex().documentsWith(query.terms, size, { below }))
      yield await readHits(conditions, 'id', (documents) => documents.whereIn('search_documents.id', ids))
      if (ids.length < size) return
      below = ids.at(-1)!
    }
    looked += size
  }
}

/** Tickets by conditions alone, by number, which is their place here. */
async function ticketsWithout(conditions: Conditions, size: number, below: number | null): Promise<Hit[]> {
  const hits = await readHits(conditions, 'ref_id', (documents) => {
    documents.where('search_documents.kind', 'ticket').limit(size)
    if (below !== null) documents.where('search_documents.ref_id', '<', below)
  })
  return hits.map((hit) => ({ ...hit, id: hit.refId }))
}

/** The tickets among these whose newest hit was on a page before. */
async function shownBefore(query: SearchQuery, conditions: Conditions, hits: readonly Hit[], below: number): Promise<Set<number>> {
  if (query.terms.length === 0) return new Set()
  const ticketIds = [...new Set(hits.map(({ ticketId }) => ticketId))]
  const newer = await idsOf(db.from('search_documents').whereIn('ticket_id', ticketIds).where('id', '>=', below).select('id'))
  if (newer.length === 0) return new Set()
  const matching = await idsOf(searchIndex().documentsWith(query.terms, newer.length, { among: newer }))
  const again = await readHits(conditions, 'id', (documents) => documents.whereIn('search_documents.id', matching))
  return new Set(again.map(({ ticketId }) => ticketId))
}

async function readHits(conditions: Conditions, order: 'id' | 'ref_id', narrow: (documents: DatabaseQueryBuilderContract<any>) => void): Promise<Hit[]> {
  // Crossed, not joined: SQLite keeps that order, and never begins at all tickets of an inbox.
  const documents = db.from('search_documents').joinRaw('CROSS JOIN tickets').whereColumn('tickets.id', 'search_documents.ticket_id')
  narrow(documents)
  conditions(documents, 'search_documents.at')
  const rows: any[] = await documents
    .select('search_documents.id', 'search_documents.kind', 'search_documents.ref_id', 'search_documents.ticket_id', 'search_documents.at')
    .orderBy(`search_documents.${order}`, 'desc')
  return rows.map((row) => ({ id: row.id, kind: row.kind, refId: row.ref_id, ticketId: row.ticket_id, at: row.at }))
}

async function idsOf(query: DatabaseQueryBuilderContract<any>): Promise<number[]> {
  const rows: { id: number }[] = await query
  return rows.map(({ id }) => id)
}

function grouped(found: Map<number, Hit[]>): FoundTicket[] {
  return [...found].map(([ticketId, hits]) => ({ ticketId, hits }))
}
