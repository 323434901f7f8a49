import db from '@adonisjs/lucid/services/db'
import type { DocumentKind } from './documents.js'
import { searchIndex } from './index/search_index.js'
import { asksNothing, parseQuery, type SearchQuery, type Term } from './query.js'
import { marked, snippetOf, type Segment } from './snippet.js'
import { findTickets, type FoundTicket, type Searcher } from './ticket_search.js'

/** A document as results show it. A note is internal, and says so. */
export interface ShownHit {
  readonly kind: DocumentKind
  /** The message's or note's id; the ticket's for the ticket itself. */
  readonly id: number
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly from: string
  readonly snippet: readonly Segment[]
}

export interface SearchResult {
  readonly ticketId: number
  readonly subject: readonly Segment[]
  readonly status: string
  readonly channel: string
  readonly customerName: string
  readonly ownerName: string | null
  readonly updatedAt: number
  /** The newest few of its hits; `more` says how many were left out. */
  readonly hits: readonly ShownHit[]
  readonly more: number
}

export interface CustomerResult {
  readonly id: number
  readonly name: readonly Segment[]
  readonly addresses: readonly string[]
}

export interface SearchPage {
  readonly query: SearchQuery
  /** Nothing was asked. */
  readonly empty: boolean
  /** The ticket whose number was typed, if the reader may see it. */
  readonly numbered: { readonly id: number; readonly subject: string; readonly channel: string } | null
  readonly results: readonly SearchResult[]
  readonly customers: readonly CustomerResult[]
  /** For the next page; null on the last. */
  readonly next: string | null
}

const HITS_SHOWN = 3
const CUSTOMERS_SHOWN = 5
const CUSTOMERS_LOOKED_AT = 200

/**
 * Answers a search: tickets by their newest matching message or note, customers by name and
 * address, and the ticket of a number. Never fails on what was typed.
 *
 * @param cursor - `next` of the page before; anything else begins at the beginning.
 */
export async function search(text: string, searcher: Searcher, { limit = 20, cursor = null, zone }: { limit?: number; cursor?: string | null; zone?: string } = {}): Promise<SearchPage> {
  const query = parseQuery(text, zone)
  if (asksNothing(query)) return { query, empty: true, numbered: null, results: [], customers: [], next: null }

  const below = cursor && /^\d{1,15}$/.test(cursor) ? Number(cursor) : null
  const { found, next } = await findTickets(query, searcher, Math.min(Math.max(Math.trunc(limit), 1), 200), below)
  return {
    query,
    empty: false,
    numbered: query.number && below === null ? await ticketNumbered(query.number.id, searcher) : null,
    results: await shown(found, query.terms),
    customers: below === null ? await findCustomers(query, searcher) : [],
    next: next === null ? null : String(next),
  }
}

async function ticketNumbered(id: number, { access }: Searcher) {
  const tickets = db.from('tickets').where('id', id).select('id', 'subject', 'channel')
  if (access !== 'all') tickets.whereIn('inbox_id', [...access])
  return (await tickets.first()) ?? null
}

async function shown(found: readonly FoundTicket[], terms: readonly Term[]): Promise<SearchResult[]> {
  if (found.length === 0) return []
  const rows: any[] = await db
    .from('tickets')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .leftJoin('agents', 'agents.id', 'tickets.owner_id')
    .whereIn('tickets.id', found.map(({ ticketId }) => ticketId))
    .select('tickets.id', 'tickets.subject', 'tickets.status', 'tickets.channel', 'tickets.preview', 'tickets.updated_at', 'customers.name as customer_name', 'agents.name as owner_name')
  const tickets = new Map(rows.map((row) => [row.id, row]))
  const hits = found.flatMap((ticket) => ticket.hits.slice(0, HITS_SHOWN))
  const texts = await textsOf(hits)

  return found.map(({ ticketId, hits: all }) => {
    const ticket = tickets.get(ticketId)
    return {
      ticketId,
      subject: marked(ticket.subject, terms.filter((term) => term.in === 'anywhere' || term.in === 'subject')),
      status: ticket.status,
      channel: ticket.channel,
      customerName: ticket.customer_name,
      ownerName: ticket.owner_name,
      updatedAt: ticket.updated_at,
      hits: all.slice(0, HITS_SHOWN).map(({ kind, refId, at }) => {
        const { text, from } = kind === 'ticket' ? { text: ticket.preview, from: ticket.customer_name } : (texts.get(`${kind}-${refId}`) ?? { text: '', from: '' })
        return { kind, id: refId, at, from, snippet: snippetOf(text, terms) }
      }),
      more: Math.max(0, all.length - HITS_SHOWN),
    }
  })
}

async function textsOf(hits: readonly { kind: DocumentKind; refId: number }[]) {
  const texts = new Map<string, { text: string; from: string }>()
  const idsOf = (kind: DocumentKind) => hits.filter((hit) => hit.kind === kind).map(({ refId }) => refId)
  const messages = idsOf('message')
  const notes = idsOf('note')
  if (messages.length > 0) {
    for (const row of await db.from('messages').whereIn('id', messages).select('id', 'text', 'visible_text', 'from_name', 'from_address')) {
      texts.set(`message-${row.id}`, { text: row.visible_text ?? row.text, from: row.from_name ?? row.from_address ?? '' })
    }
  }
  if (notes.length > 0) {
    const rows = await db.from('notes').whereIn('notes.id', notes).whereNull('deleted_at').select('id', 'text', 'author_kind', 'author_id')
    const authors = await db.from('agents').whereIn('id', rows.filter((row) => row.author_kind === 'agent').map((row) => Number(row.author_id))).select('id', 'name')
    const names = new Map(authors.map(({ id, name }) => [String(id), name]))
    for (const row of rows) texts.set(`note-${row.id}`, { text: row.text, from: names.get(row.author_id) ?? '' })
  }
  return texts
}

/** Customers by name and address; to a reader limited to some inboxes, those who wrote there. */
export async function findCustomers(query: SearchQuery, { access }: Searcher, limit = CUSTOMERS_SHOWN): Promise<CustomerResult[]> {
  const terms = query.terms.filter((term) => term.in === 'anywhere' || term.in === 'sender')
  if (terms.length === 0 || terms.length < query.terms.length) return []
  const found: { id: number }[] = await searchIndex().customersWith(terms, CUSTOMERS_LOOKED_AT)
  if (found.length === 0) return []
  const customers = db
    .from('customers')
    .whereIn('customers.id', found.map(({ id }) => id))
    .whereNull('customers.merged_into_id')
    .whereNull('customers.erased_at')
    .select('customers.id', 'customers.name')
    .orderBy('customers.id', 'desc')
    .limit(limit)
  // The sign keeps the databases from beginning at all tickets of an inbox, for each customer anew.
  if (access !== 'all') customers.whereExists((tickets) => tickets.from('tickets').whereColumn('tickets.customer_id', 'customers.id').whereIn(db.raw('(+tickets.inbox_id)') as never, [...access]))
  const rows: any[] = await customers
  if (rows.length === 0) return []
  const addresses: any[] = await db.from('addresses').whereIn('customer_id', rows.map(({ id }) => id)).orderBy('id').select('customer_id', 'value')
  return rows.map(({ id, name }) => ({ id, name: marked(name, terms), addresses: addresses.filter((row) => row.customer_id === id).map(({ value }) => value) }))
}
