import db from '@adonisjs/lucid/services/db'
import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import type { Order, Place } from './cursor.js'
import { isUnfinished, stageIs, stages as allStages, type Stage } from './stages.js'

type Query = DatabaseQueryBuilderContract<any>

/** Whose tickets a list is about; each kind has its own indexes (migration 0004). */
export interface Scope {
  readonly column: 'effective_agent_id' | 'effective_team_id' | 'inbox_id' | 'customer_id' | 'owner_id' | 'team_id'
  /** Several: one walk each, merged. Null asks for those that have none. */
  readonly values: readonly (number | null)[]
}

export interface Narrowing {
  readonly column: string
  readonly values: readonly (number | string | null)[]
}

/** What a list shows, after view, filters and access have become columns. */
export interface Wanted {
  readonly scope: Scope | null
  readonly stages: readonly Stage[]
  readonly order: Order
  /** Conditions checked on the rows that the walk passes; no index is chosen for them. */
  readonly narrowings: readonly Narrowing[]
  readonly since: readonly { readonly column: 'created_at' | 'updated_at'; readonly at: number }[]
  readonly tagIds: readonly number[]
  /** At most some hundreds, found elsewhere (search, a rare tag): the list is picked from these. */
  readonly among: readonly number[] | null
}

/** More walks than this are not worth merging: one walk that skips is quicker. */
const MOST_WALKS = 60

/**
 * The ids of a page and their place (`id`, `place`), in order, beginning after `after`.
 *
 * One walk along an index for each pair of scope and stage, merged by the database as they are
 * read: a page costs the same wherever it is. What cannot be served so (say, an agent's finished
 * tickets by the time they were made) walks the index of the whole order and skips.
 */
export function pageOf(wanted: Wanted, after: Place | null, limit: number): Query {
  const { direction } = wanted.order
  const inOrder = [
    { column: 'place', order: direction },
    { column: 'id', order: direction },
  ]
  const [first, ...rest] = walksOf(wanted).map((walk) => walkQuery(walk, wanted, after))
  if (!first) return db.query().from('tickets').select('id', 'id as place').whereRaw('1 = 0')
  if (rest.length === 0) return first.limit(limit)

  // Each walk says its order itself, and so does the whole: PostgreSQL merges only what it knows to be in order.
  const walks = rest.reduce((all, walk) => all.unionAll(picked(walk)), picked(first))
  return db.query().from(walks.as('walks')).select('id', 'place').orderBy(inOrder).limit(limit)
}

function picked(walk: Query): Query {
  return db.query().from(walk.as('walk')).select('id', 'place')
}

interface Walk {
  readonly scope: { readonly column: Scope['column']; readonly value: number | null } | null
  readonly stage: Stage | null
}

function walksOf(wanted: Wanted): Walk[] {
  const { scope, stages, order, among } = wanted
  if (among) return [{ scope: null, stage: null }]
  const everyStage = stages.length === allStages.length

  if (scope && ['customer_id', 'owner_id', 'team_id'].includes(scope.column)) {
    return scope.values.map((value) => ({ scope: { column: scope.column, value }, stage: null }))
  }
  if (!scope) {
    if (everyStage || !stages.every((stage) => isServed(null, stage, order))) return [{ scope: null, stage: null }]
    return stages.map((stage) => ({ scope: null, stage }))
  }
  const walks = scope.values.flatMap((value) => stages.map((stage) => ({ scope: { column: scope.column, value }, stage })))
  if (walks.length <= MOST_WALKS && stages.every((stage) => isServed(scope, stage, order))) return walks
  return [{ scope: null, stage: stages.length === 1 && isServed(null, stages[0]!, order) ? stages[0]! : null }]
}

/** Whether migration 0004 has an index for this. */
function isServed(scope: Scope | null, stage: Stage, { column }: Order) {
  if (column === 'updated_at') return true
  return isUnfinished(stage) || (column === 'created_at' && scope === null)
}

function walkQuery(walk: Walk, wanted: Wanted, after: Place | null): Query {
  const { column, direction } = wanted.order
  const query: Query = db.query().from('tickets').select('id').select(db.raw(`${column} as place`))

  if (wanted.among) query.whereIn('id', [...wanted.among])
  if (walk.scope) isOneOf(query, walk.scope.column, [walk.scope.value])
  else if (wanted.scope) isOneOf(query, unindexed(wanted.scope.column), wanted.scope.values)
  if (walk.stage) query.whereRaw(stageIs(walk.stage))
  else if (wanted.stages.length < allStages.length) isOneOf(query, unindexed('stage'), wanted.stages)
  // Said in the very words of the partial indexes, or SQLite does not see that they apply.
  if (walk.stage && isUnfinished(walk.stage) && column !== 'updated_at') query.whereRaw(`stage IN ('waiting', 'aside', 'pending', 'snoozed')`)

  // A side conversation shows in its ticket, and in no list.
  query.whereRaw(`${unindexed('side_of_id').sql} IS NULL`)
  for (const narrowing of wanted.narrowings) isOneOf(query, unindexed(narrowing.column), narrowing.values)
  for (const since of wanted.since) query.where(since.column === column ? since.column : db.raw(unindexed(since.column).sql), '>=', since.at)
  for (const tagId of wanted.tagIds) query.whereExists((tagged) => tagged.from('ticket_tags').whereColumn('ticket_tags.ticket_id', 'tickets.id').where('tag_id', tagId))
  if (after) query.whereRaw(`(${column}, id) ${direction === 'asc' ? '>' : '<'} (?, ?)`, [after.at, after.id])

  // PostgreSQL does not see that a column which IS NULL cannot disturb the order, unless it is named.
  if (walk.scope?.value === null) query.orderBy(walk.scope.column, direction)
  return query.orderBy(column, direction).orderBy('id', direction)
}

interface Unindexed {
  readonly sql: string
}

const TEXTS = ['status', 'stage', 'category', 'priority', 'channel', 'pending_on']

/** A column in a form that no index matches, so that the walk in order stays the plan on any statistics. */
function unindexed(column: string): Unindexed {
  return { sql: TEXTS.includes(column) ? `(${column} || '')` : `(+${column})` }
}

function isOneOf(query: Query, column: string | Unindexed, values: readonly (number | string | null)[]) {
  const sql = typeof column === 'string' ? column : column.sql
  const given = values.filter((value) => value !== null)
  const ways: string[] = []
  if (given.length === 1) ways.push(`${sql} = ?`)
  if (given.length > 1) ways.push(`${sql} IN (${given.map(() => '?').join(', ')})`)
  if (values.includes(null)) ways.push(`${sql} IS NULL`)
  query.whereRaw(ways.length === 0 ? '1 = 0' : ways.length === 1 ? ways[0]! : `(${ways.join(' OR ')})`, given as (number | string)[])
}
