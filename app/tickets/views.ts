import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { forReader, type KeptFilters } from './saved_view.js'
import { savedCount } from './saved_count.js'
import type { Sort } from './ticket_list/cursor.js'
import type { Narrowing, Scope } from './ticket_list/list_query.js'
import { stageIs, stages, type Stage } from './ticket_list/stages.js'

/** Whose eyes a list is made for. */
export interface Reader {
  readonly id: number
  readonly role: string
}

/** The inboxes whose tickets a reader may see (people/access.ts). */
export type Access = readonly number[] | 'all'

/** A named list: which tickets, and in which order unless the reader wants another. */
export interface View {
  readonly scope: Scope | null
  readonly stages: readonly Stage[]
  readonly sort: Sort
  /** Conditions beside the scope. */
  readonly narrowings?: readonly Narrowing[]
  /** Only tickets in whose notes the reader is named. */
  readonly mentions?: boolean
}

/** The views that every desk has; beside them each team and inbox has its own (`team-3`, `inbox-1`), and each colleague whom the reader stands in for (`covering-5`). */
export const builtInViews = ['mine', 'unassigned', 'waiting', 'pending', 'snoozed', 'aside', 'mentions', 'resolved', 'closed', 'spam', 'all'] as const
export type ViewKey = (typeof builtInViews)[number] | `team-${number}` | `inbox-${number}` | `saved-${number}` | `covering-${number}`

/** Counts stop here; what is more is shown as `99+`. */
export const MOST_COUNTED = 100

/** The view of this name for this reader, or null when there is none. */
export function viewOf(key: string, reader: Reader): View | null {
  const [, kind, id] = /^(team|inbox|covering)-(\d{1,9})$/.exec(key) ?? []
  if (kind === 'team') return { scope: { column: 'effective_team_id', values: [Number(id)] }, stages: ['waiting'], sort: 'due' }
  if (kind === 'inbox') return { scope: { column: 'inbox_id', values: [Number(id)] }, stages: ['waiting'], sort: 'due' }

  if (kind === 'covering') {
    // What was promised to customers waits there too: it must not be forgotten.
    return { scope: { column: 'effective_agent_id', values: [reader.id] }, stages: ['waiting', 'aside', 'pending', 'snoozed'], sort: 'due', narrowings: [{ column: 'owner_id', values: [Number(id)] }] }
  }

  switch (key) {
    case 'mine':
      return { scope: { column: 'effective_agent_id', values: [reader.id] }, stages: ['waiting'], sort: 'due' }
    case 'unassigned':
      return { scope: { column: 'effective_agent_id', values: [null] }, stages: ['waiting'], sort: 'due' }
    case 'waiting':
    case 'aside':
    case 'snoozed':
      return { scope: null, stages: [key], sort: 'due' }
    case 'pending':
    case 'resolved':
    case 'closed':
    case 'spam':
      return { scope: null, stages: [key], sort: 'newest' }
    case 'mentions':
      return { scope: null, stages, sort: 'newest', mentions: true }
    case 'all':
      return { scope: null, stages, sort: 'newest' }
    default:
      return null
  }
}

/**
 * Lists of other domains that stand among the views (what was asked of the reader), each counted in the same
 * query; a domain registers its own. The count must read at most MOST_COUNTED rows, and depend on reader and access alone.
 */
export const listsBeside = new Map<string, { readonly href: string; readonly count: (reader: Reader, access: Access) => DatabaseQueryBuilderContract<any> }>()

/** A line of the side bar. A team's or an inbox's own name stands in `name`; built-in views are named by the reader's language. */
export interface CountedView {
  readonly key: ViewKey | (string & {})
  readonly kind: 'built-in' | 'beside' | 'team' | 'inbox' | 'saved' | 'covering'
  readonly name: string | null
  /** Of an inbox its channel. */
  readonly channel?: string | null
  /** At most MOST_COUNTED, which means "so many or more"; null where a count tells nothing. */
  readonly count: number | null
}

/** The built-in views that somebody has to act on. Finished tickets are not counted: there are only ever more of them. */
const COUNTED = ['mine', 'unassigned', 'waiting', 'pending', 'snoozed', 'aside'] as const

/**
 * The views of a reader with their counts: the built-in ones, the reader's teams (all teams for admins and
 * supervisors), inboxes, and saved views. Two queries; each count reads a bounded number of entries of an index,
 * whatever the size of the desk.
 */
export async function viewCounts(reader: Reader, access: Access): Promise<CountedView[]> {
  const named = await namedViews(reader, access)
  const { keys, sql, bindings } = countsOf(named, reader, access)
  const row = await db.query().select(db.raw(sql, [...bindings])).first()
  const countAt = (key: string) => {
    const count = Number(row[`v${keys.indexOf(key)}`])
    return keys.includes(key) && count >= 0 ? count : null
  }

  return [
    ...builtInViews.map((key) => ({ key, kind: 'built-in' as const, name: null, count: countAt(key) })),
    ...[...listsBeside.keys()].map((key) => ({ key, kind: 'beside' as const, name: null, count: countAt(key) })),
    ...named.map(({ filters, ...view }) => ({ ...view, count: countAt(view.key) })),
  ]
}

interface Counts {
  readonly keys: readonly string[]
  /** Each as `v0`, `v1`, … in the order of the keys. */
  readonly sql: string
  readonly bindings: readonly any[]
}

/** Putting fifteen counts together costs a page more than a query does; the same reader asks for the same ones. */
const kept = new Map<string, Counts>()
const MOST_KEPT = 200

function countsOf(named: readonly NamedView[], reader: Reader, access: Access): Counts {
  const wanted = JSON.stringify([reader.id, reader.role, access, named.map(({ key, filters }) => [key, filters]), [...listsBeside.keys()]])
  const known = kept.get(wanted)
  if (known) return known

  const counts = new Map<string, DatabaseQueryBuilderContract<any>>(COUNTED.map((key) => [key, countOf(viewOf(key, reader)!, access)]))
  for (const { key, filters } of named) {
    const count = filters ? savedCount(filters, reader, access) : countOf(viewOf(key, reader)!, access)
    if (count) counts.set(key, count)
  }
  for (const [key, { count }] of listsBeside) counts.set(key, count(reader, access))
  counts.set('mentions', atMost(db.query().from('mentions').where('agent_id', reader.id).whereNull('seen_at')))
  const each = [...counts.values()].map((count) => count.toSQL())
  const made = { keys: [...counts.keys()], sql: each.map(({ sql }, at) => `(${sql}) as v${at}`).join(', '), bindings: each.flatMap(({ bindings }) => bindings ?? []) }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(wanted, made)
  return made
}

type NamedView = Omit<CountedView, 'count'> & { readonly filters: KeptFilters | null }

async function namedViews(reader: Reader, access: Access): Promise<NamedView[]> {
  const nothing = [db.raw('cast(null as text) as filters'), db.raw('0 as position')]
  const noChannel = db.raw('cast(null as text) as channel')
  const teams = db.query().from('teams').select('id', 'name').select(db.raw(`'team' as kind`), ...nothing, noChannel)
  if (reader.role !== 'admin' && reader.role !== 'supervisor') {
    teams.whereIn('id', db.query().from('team_members').where('agent_id', reader.id).select('team_id'))
  }
  const inboxes = db.query().from('inboxes').select('id', 'name').select(db.raw(`'inbox' as kind`), ...nothing, 'channel').whereNull('deleted_at')
  if (access !== 'all') inboxes.whereIn('id', [...access])
  const saved = db.query().from('saved_views').where(forReader(reader)).select('id', 'name').select(db.raw(`'saved' as kind`), 'filters').select(db.raw('case when agent_id = ? then position else 1000 + id end as position', [reader.id]), noChannel)

  const covered = db
    .query()
    .from('agents')
    .select('id', 'name')
    .select(db.raw(`'covering' as kind`), ...nothing, noChannel)
    .whereIn('id', db.query().from('coverages').where('acting_id', reader.id).whereNull('released_at').select('owner_id'))

  const rows = await teams.unionAll([inboxes, saved, covered])
  const byName = new Intl.Collator(undefined, { numeric: true })
  return rows
    .sort((a, b) => b.kind.localeCompare(a.kind) || Number(a.position) - Number(b.position) || byName.compare(a.name, b.name))
    .map(({ id, name, kind, filters, channel }) => ({ key: `${kind as 'team' | 'inbox' | 'saved' | 'covering'}-${Number(id)}`, kind, name, channel, filters: filters ? (JSON.parse(filters) as KeptFilters) : null }) as const)
}

function countOf({ scope, stages: wanted, narrowings = [] }: View, access: Access) {
  const tickets = db.query().from('tickets').whereRaw(stageIs(...wanted)).whereNull('side_of_id')
  if (scope?.values[0] === null) tickets.whereNull(scope.column)
  else if (scope) tickets.whereIn(scope.column, scope.values as number[])
  for (const { column, values } of narrowings) tickets.whereIn(column, values as number[])
  if (access !== 'all') tickets.whereIn('inbox_id', [...access])
  return atMost(tickets)
}

/** How many, and no more than a hundred. */
export function atMost(query: DatabaseQueryBuilderContract<any>) {
  return db.query().from(query.select(db.raw('1 as one')).limit(MOST_COUNTED).as('some')).count('* as count')
}
