import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import type { Sort } from './ticket_list/cursor.js'
import type { Scope } from './ticket_list/list_query.js'
import { stages, type Stage } from './ticket_list/stages.js'

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
}

/** The views that every desk has; beside them each team and inbox has its own (`team-3`, `inbox-1`). */
export const builtInViews = ['mine', 'unassigned', 'waiting', 'pending', 'snoozed', 'aside', 'resolved', 'closed', 'spam', 'all'] as const
export type ViewKey = (typeof builtInViews)[number] | `team-${number}` | `inbox-${number}`

/** Counts stop here; what is more is shown as `99+`. */
export const MOST_COUNTED = 100

/** The view of this name for this reader, or null when there is none. */
export function viewOf(key: string, reader: Reader): View | null {
  const [, kind, id] = /^(team|inbox)-(\d{1,9})$/.exec(key) ?? []
  if (kind === 'team') return { scope: { column: 'effective_team_id', values: [Number(id)] }, stages: ['waiting'], sort: 'due' }
  if (kind === 'inbox') return { scope: { column: 'inbox_id', values: [Number(id)] }, stages: ['waiting'], sort: 'due' }

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
    case 'all':
      return { scope: null, stages, sort: 'newest' }
    default:
      return null
  }
}

/**
 * Lists of other domains that stand among the views (what was asked of the reader), each counted in the same
 * query; a domain registers its own. The count must read at most MOST_COUNTED rows.
 */
export const listsBeside = new Map<string, { readonly href: string; readonly count: (reader: Reader, access: Access) => DatabaseQueryBuilderContract<any> }>()

/** A line of the side bar. A team's or an inbox's own name stands in `name`; built-in views are named by the reader's language. */
export interface CountedView {
  readonly key: ViewKey | (string & {})
  readonly kind: 'built-in' | 'beside' | 'team' | 'inbox'
  readonly name: string | null
  /** At most MOST_COUNTED, which means "so many or more"; null where a count tells nothing. */
  readonly count: number | null
}

/** The built-in views that somebody has to act on. Finished tickets are not counted: there are only ever more of them. */
const COUNTED = ['mine', 'unassigned', 'waiting', 'pending', 'snoozed', 'aside'] as const

/**
 * The views of a reader with their counts: the built-in ones, the reader's teams (all teams for
 * admins and supervisors) and inboxes. Two queries; each count reads at most a hundred entries of
 * an index, whatever the size of the desk.
 */
export async function viewCounts(reader: Reader, access: Access): Promise<CountedView[]> {
  const named = await namedViews(reader, access)
  const counted = [...COUNTED, ...named.map(({ key }) => key)]
  const beside = [...listsBeside]
  const row = await db
    .query()
    .select([...counted.map((key, at) => countOf(viewOf(key, reader)!, access).as(`v${at}`)), ...beside.map(([, list], at) => list.count(reader, access).as(`b${at}`))])
    .first()
  const countAt = (key: string) => Number(row[`v${counted.indexOf(key as ViewKey)}`])

  return [
    ...builtInViews.map((key) => ({ key, kind: 'built-in' as const, name: null, count: counted.includes(key) ? countAt(key) : null })),
    ...beside.map(([key], at) => ({ key, kind: 'beside' as const, name: null, count: Number(row[`b${at}`]) })),
    ...named.map((view) => ({ ...view, count: countAt(view.key as ViewKey) })),
  ]
}

async function namedViews(reader: Reader, access: Access): Promise<Omit<CountedView, 'count'>[]> {
  const teams = db.query().from('teams').select('id', 'name').select(db.raw(`'team' as kind`))
  if (reader.role !== 'admin' && reader.role !== 'supervisor') {
    teams.whereIn('id', db.query().from('team_members').where('agent_id', reader.id).select('team_id'))
  }
  const inboxes = db.query().from('inboxes').select('id', 'name').select(db.raw(`'inbox' as kind`)).whereNull('deleted_at')
  if (access !== 'all') inboxes.whereIn('id', [...access])

  const rows = await teams.unionAll(inboxes)
  const byName = new Intl.Collator(undefined, { numeric: true })
  return rows
    .sort((a, b) => b.kind.localeCompare(a.kind) || byName.compare(a.name, b.name))
    .map(({ id, name, kind }) => ({ key: `${kind as 'team' | 'inbox'}-${Number(id)}`, kind, name }) as const)
}

function countOf({ scope, stages: wanted }: View, access: Access) {
  const some = db.query().from('tickets').select(db.raw('1 as one')).whereIn('stage', [...wanted]).limit(MOST_COUNTED)
  if (scope?.values[0] === null) some.whereNull(scope.column)
  else if (scope) some.whereIn(scope.column, scope.values as number[])
  if (access !== 'all') some.whereIn('inbox_id', [...access])
  return db.query().from(some.as('some')).count('* as count')
}
