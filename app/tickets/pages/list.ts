import type { HttpContext } from '@adonisjs/core/http'
import type Agent from '#people/agent'
import { nowMs } from '#support/clock'
import { findSavedView } from '#tickets/saved_view'
import { listTickets, neighbours, sorts, type ListFilters, type Sort, type TicketRow } from '#tickets/ticket_list'
import { FILTER_NAMES, readFilters, type FilterName, type GivenFilters } from '#tickets/ticket_list/filters'
import { accessibleInboxIds } from '#people/access'
import { viewOf } from '#tickets/views'

const PAGE = 50

export interface ListPage {
  readonly view: string
  /** What people called it, if it is a saved view. */
  readonly name: string | null
  readonly sort: Sort
  readonly rows: readonly TicketRow[]
  /** Address of the next page, or null. */
  readonly older: string | null
  /** This list's own address, from its beginning. */
  readonly href: string
  /** Address of the list in another order. */
  readonly sorted: (sort: string) => string
  /** Filters that are set, each with the address of the list without it. */
  readonly chips: readonly { readonly name: FilterName; readonly value: string; readonly without: string }[]
  /** What a row's link carries along: `?view=mine&sort=due`. */
  readonly query: string
  /** The page is not the first one. */
  readonly later: boolean
  readonly given: GivenFilters
  /** ms UTC; what changed later and is not shown is news. */
  readonly readAt: number
}

/** Reads the list that an address names; `view` may stand in the query (on a ticket's page). */
export async function readList(ctx: HttpContext, agent: Agent, view: string): Promise<ListPage> {
  const given = givenFilters((name) => ctx.request.input(name))
  const readAt = nowMs()
  const asked = ctx.request.input('sort')
  const sort = sorts.find((name) => name === asked)
  const cursor = ctx.request.input('cursor')
  const access = await accessibleInboxIds(agent)
  const saved = await findSavedView(view, agent)
  const page = await listTickets({ reader: agent, access, view, filters: await readFilters(given, { reader: agent, access }), sort, cursor: typeof cursor === 'string' ? cursor : null, limit: PAGE })

  const href = (changes: Record<string, string | null>) => address(`/views/${view}`, { ...given, sort: sort ?? null, ...changes })
  return {
    view,
    name: saved?.name ?? null,
    sort: sort ?? saved?.kept.sort ?? (view === 'all' || view === 'mentions' || ['pending', 'resolved', 'closed', 'spam'].includes(view) ? 'newest' : 'due'),
    rows: page.rows,
    older: page.next ? href({ cursor: page.next }) : null,
    href: href({}),
    sorted: (other) => href({ sort: other }),
    chips: FILTER_NAMES.filter((name) => given[name] !== undefined).map((name) => ({ name, value: given[name]!, without: href({ [name]: null }) })),
    query: address('', { view, sort: sort ?? null, ...given }),
    later: Boolean(cursor),
    given,
    readAt,
  }
}

function givenFilters(value: (name: string) => unknown): GivenFilters {
  const found = FILTER_NAMES.map((name) => [name, value(name)]).filter(([, value]) => typeof value === 'string' && value !== '')
  return Object.fromEntries(found)
}

function address(path: string, query: Record<string, string | null | undefined>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

/**
 * The ticket after this one in the list that a page was opened from (R038), with its address there, or the list's
 * own address when it was the last. To be asked before the ticket changes its place.
 *
 * @param page - the address of the page that asks: `…/tickets/12?view=mine&sort=due`
 */
export async function nextInList(agent: Agent, ticketId: number, page: string): Promise<{ href: string; last: boolean }> {
  const query = new URL(page || '/', 'http://desk').searchParams
  const asked = query.get('view') ?? 'waiting'
  const view = await knownView(asked, agent)
  const sort = sorts.find((name) => name === query.get('sort'))
  const given = givenFilters((name) => query.get(name))
  const access = await accessibleInboxIds(agent)
  const filters = await readFilters(given, { reader: agent, access })
  const { next } = await neighbours({ reader: agent, access, view, filters, sort }, ticketId)
  const first = next === null ? await firstOther(agent, ticketId, { view, filters, sort }) : next
  if (first === null) return { href: address(`/views/${view}`, { ...given, sort: sort ?? null }), last: true }
  return { href: address(`/tickets/${first}`, { view, sort: sort ?? null, ...given }), last: false }
}

/** The view that an address asks for; what waits for the team where there is no such view (any more). */
export async function knownView(asked: string, agent: Agent): Promise<string> {
  return viewOf(asked, agent) || (await findSavedView(asked, agent)) ? asked : 'waiting'
}

/** From the end of a list one goes on at its beginning. */
async function firstOther(agent: Agent, ticketId: number, list: { view: string; filters: ListFilters; sort?: Sort }): Promise<number | null> {
  const { rows } = await listTickets({ reader: agent, access: await accessibleInboxIds(agent), ...list, limit: 2 })
  return rows.find(({ id }) => id !== ticketId)?.id ?? null
}

/** One ticket as its row; null when the reader may not see it. */
export async function readRow(agent: Agent, ticketId: number): Promise<TicketRow | null> {
  return (await readRows(agent, [ticketId]))[0] ?? null
}

/** These tickets as rows, without those that the reader may not see. At most a page of them. */
export async function readRows(agent: Agent, ids: readonly number[]): Promise<readonly TicketRow[]> {
  const { rows } = await listTickets({ reader: agent, access: await accessibleInboxIds(agent), view: 'all', filters: { among: ids }, limit: PAGE })
  return rows
}

/** Changes when anything that the row shows does: the page sends it back to ask for changed rows only. */
export function stampOf(row: TicketRow): string {
  return `${row.version}.${row.unreadCount}.${row.windowUntilAt ?? ''}.${row.customerName ? 1 : 0}.${row.actingId ?? ''}${row.actingTeamId ? `t${row.actingTeamId}` : ''}.${row.present.map(({ agentId, activity }) => `${agentId}${activity[0]}`).join('')}`
}
