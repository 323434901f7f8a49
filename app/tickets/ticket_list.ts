import db from '@adonisjs/lucid/services/db'
import { fold } from '#search/folding'
import { DomainError } from '#support/domain_error'
import { orders, readCursor, writeCursor, type Order, type Place, type Sort } from './ticket_list/cursor.js'
import { pageOf, type Narrowing, type Scope, type Wanted } from './ticket_list/list_query.js'
import { readRows, type TicketRow } from './ticket_list/rows.js'
import { readFilters } from './ticket_list/filters.js'
import { findSavedView } from './saved_view.js'
import { isUnfinished, stagesOf, tellsNewFromOpen, type Stage, type Status } from './ticket_list/stages.js'
import { viewOf, type Access, type Reader } from './views.js'

export type { TicketRow } from './ticket_list/rows.js'
export { sorts, type Sort } from './ticket_list/cursor.js'
export { statuses, type Status } from './ticket_list/stages.js'

/** What narrows a view. Ids; null where "none" makes sense. */
export interface ListFilters {
  readonly status?: readonly Status[]
  /** Who is accountable. */
  readonly owner?: number | null
  /** Who works on it now: acting, else owner. */
  readonly effective?: number | null
  /** The ticket's own team. */
  readonly team?: number | null
  readonly inbox?: number
  readonly channel?: string
  readonly customer?: number
  readonly category?: string
  /** A tag's name. */
  readonly tag?: string
  readonly priority?: string
  /** Milliseconds since 1970 UTC. */
  readonly updatedSince?: number
  readonly createdSince?: number
  /** Ids found by a search (search/ticket_search.ts): the list is picked from these. */
  readonly among?: readonly number[]
}

export interface ListRequest {
  readonly reader: Reader
  readonly access: Access
  /** A built-in view, `team-3` or `inbox-1`; `all` unless given. */
  readonly view?: string
  readonly filters?: ListFilters
  /** The view's own order unless given. */
  readonly sort?: Sort
  readonly cursor?: string | null
  /** Rows a page, 1–200; 50 unless given. */
  readonly limit?: number
}

export interface TicketPage {
  readonly rows: readonly TicketRow[]
  /** Where the next page begins; null on the last one. */
  readonly next: string | null
}

/**
 * One page of tickets that the reader may see. Three queries whatever the page, the view and the
 * number of tickets; page 2,000 costs what page 1 costs.
 *
 * A filter by status takes the place of the view's own: `mine` filtered by `closed` lists what the
 * reader closed, not nothing.
 *
 * @throws DomainError 404 for an unknown view, 422 for a cursor that does not belong to this order.
 */
export async function listTickets(request: ListRequest): Promise<TicketPage> {
  const wanted = await whatIsWanted(request)
  const after = request.cursor ? readCursor(wanted.order, request.cursor) : null
  const limit = Math.min(Math.max(Math.trunc(request.limit ?? 50), 1), 200)

  const found = await readRows(pageOf(wanted, after, limit + 1), wanted.order, request.reader)
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? writeCursor(wanted.order, placeOf(rows.at(-1)!, wanted.order)) : null }
}

/** The tickets before and after this one in a list, for going on without the list; it need not be in the list itself any more. */
export async function neighbours(request: Omit<ListRequest, 'cursor' | 'limit'>, ticketId: number): Promise<{ previous: number | null; next: number | null }> {
  const wanted = await whatIsWanted(request)
  const ticket = await db.from('tickets').select('id', `${wanted.order.column} as place`).where('id', ticketId).first()
  if (!ticket) return { previous: null, next: null }

  const here = { at: Number(ticket.place), id: ticketId }
  const [next] = await pageOf(wanted, here, 1)
  const [previous] = await pageOf({ ...wanted, order: reversed(wanted.order) }, here, 1)
  return { previous: previous ? Number(previous.id) : null, next: next ? Number(next.id) : null }
}

async function whatIsWanted({ reader, access, view: key = 'all', filters: given = {}, sort: asked }: ListRequest): Promise<Wanted> {
  const saved = await findSavedView(key, reader)
  const view = viewOf(saved ? (saved.kept.view ?? 'all') : key, reader)
  if (!view) throw new DomainError('tickets.errors.unknown_view', 404)
  const filters = saved ? { ...(await readFilters(saved.kept, { reader, access })), ...given } : given
  const sort = asked ?? saved?.kept.sort

  const stages = filters.status ? stagesOf(filters.status) : view.stages
  const order = orderFor(sort ?? view.sort, stages)
  const { scope, narrowings } = scopeFor(view.scope, stages, order, filters, access)
  const tag = filters.tag === undefined ? null : await tagged(filters.tag)
  const mentioned = view.mentions ? await mentionedIn(reader) : undefined
  const among = [filters.among, tag?.among, mentioned].filter((ids) => ids !== undefined)

  return {
    scope,
    stages,
    order,
    narrowings: [...(view.narrowings ?? []), ...narrowings, ...(filters.status && tellsNewFromOpen(filters.status) ? [{ column: 'status', values: filters.status }] : [])],
    since: [
      ...(filters.updatedSince === undefined ? [] : [{ column: 'updated_at' as const, at: filters.updatedSince }]),
      ...(filters.createdSince === undefined ? [] : [{ column: 'created_at' as const, at: filters.createdSince }]),
    ],
    tagIds: tag?.id ? [tag.id] : [],
    among: among.length === 0 ? null : among.reduce((some, others) => some.filter((id) => others.includes(id))),
  }
}

/** Nobody has to look at a finished ticket: sorted by what is due, those begin with what lay longest. */
function orderFor(sort: Sort, stages: readonly Stage[]): Order {
  const order = orders[sort]
  return order.column === 'due_from' && !stages.some(isUnfinished) ? { column: 'updated_at', direction: 'asc' } : order
}

/** Chooses what the walk goes along: the view's own scope, else the filter that leaves least, else the inboxes a restricted reader sees. */
export function scopeFor(own: Scope | null, stages: readonly Stage[], order: Order, filters: ListFilters, access: Access): { scope: Scope | null; narrowings: Narrowing[] } {
  const given: Scope[] = own ? [own] : []
  const add = (column: Scope['column'], value: number | null | undefined) => value !== undefined && given.push({ column, values: [value] })
  add('customer_id', filters.customer)
  add('effective_agent_id', filters.effective)
  add('owner_id', filters.owner)
  add('inbox_id', filters.inbox)
  add('team_id', filters.team)
  if (access !== 'all') given.push({ column: 'inbox_id', values: access })

  const scope = given.find(({ column }) => column === 'customer_id' && order.column === 'updated_at') ?? given.find(({ column }) => leads(column, stages, order)) ?? null
  const narrowings: Narrowing[] = given.filter((other) => other !== scope)
  for (const column of ['channel', 'category', 'priority'] as const) {
    if (filters[column] !== undefined) narrowings.push({ column, values: [filters[column]] })
  }
  return { scope, narrowings }
}

/** A customer, owner or own team has an index by change alone; to an unfinished ticket of theirs it is shorter along the stages. */
function leads(column: Scope['column'], stages: readonly Stage[], order: Order) {
  if (column === 'customer_id') return false
  if (column === 'owner_id' || column === 'team_id') return order.column === 'updated_at' && !stages.every(isUnfinished)
  return true
}

/** The tickets in which the reader was named last; older mentions are found by a search. */
async function mentionedIn(reader: Reader): Promise<number[]> {
  const rows = await db.from('mentions').where('agent_id', reader.id).orderBy('created_at', 'desc').limit(FEW).select('ticket_id')
  return [...new Set(rows.map(({ ticket_id: id }) => Number(id)))]
}

/** A tag on few tickets is the quickest way to them; one on many is found while walking. */
const FEW = 500

async function tagged(name: string): Promise<{ id: number | null; among?: readonly number[] }> {
  const rows = await db
    .from('ticket_tags')
    .join('tags', 'tags.id', 'ticket_tags.tag_id')
    .where('tags.folded', fold(name.trim()).slice(0, 60))
    .select('tag_id', 'ticket_id')
    .limit(FEW + 1)
  return rows.length > FEW ? { id: Number(rows[0].tag_id) } : { id: null, among: rows.map(({ ticket_id: id }) => Number(id)) }
}

function reversed({ column, direction }: Order): Order {
  return { column, direction: direction === 'asc' ? 'desc' : 'asc' }
}

function placeOf(row: TicketRow, { column }: Order): Place {
  return { at: { updated_at: row.updatedAt, created_at: row.createdAt, due_from: row.dueFrom }[column], id: row.id }
}
