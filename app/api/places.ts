import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { Refusal } from './problem.js'

/** Where a page of a merged list ended. */
export interface Place {
  readonly at: number
  /** Tells entries of different tables at the same moment apart. */
  readonly rank: number
  readonly id: number
}

type Rows = DatabaseQueryBuilderContract<any>

/** The rows of one table that come after `from` in a merged list, oldest first. */
export function after(query: Rows, column: string, rank: number, from: Place | null, limit: number): Rows {
  if (from) {
    query.where((place) => {
      place.where(column, '>', from.at)
      if (rank > from.rank) place.orWhere(column, from.at)
      if (rank === from.rank) place.orWhere((same) => same.where(column, from.at).where('id', '>', from.id))
    })
  }
  return query.orderBy(column).orderBy('id').limit(limit)
}

/** The same backwards: what comes before `from`, newest first. */
export function before(query: Rows, column: string, rank: number, from: Place | null, limit: number): Rows {
  if (from) {
    query.where((place) => {
      place.where(column, '<', from.at)
      if (rank < from.rank) place.orWhere(column, from.at)
      if (rank === from.rank) place.orWhere((same) => same.where(column, from.at).where('id', '<', from.id))
    })
  }
  return query.orderBy(column, 'desc').orderBy('id', 'desc').limit(limit)
}

/** A cursor as it travels; opaque to callers. */
export const writeCursor = (value: object | null) => (value ? Buffer.from(JSON.stringify(value)).toString('base64url') : null)

/** @throws Refusal when it is not one of ours */
export function readCursor<T extends object>(cursor: string | undefined, keys: readonly (keyof T & string)[]): T | null {
  if (cursor === undefined) return null
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (keys.every((key) => Number.isSafeInteger(value[key]))) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Refusal(422, 'bad_cursor')
}

/** A page of rows ordered by id: asks for one more than it shows, so that it knows whether there is more. */
export async function pageById<R extends { id: number }>(query: Rows, { cursor, limit }: { cursor?: string; limit?: number }, order: 'asc' | 'desc' = 'desc') {
  const size = limit ?? 50
  const from = readCursor<{ id: number }>(cursor, ['id'])
  if (from) query.where('id', order === 'asc' ? '>' : '<', from.id)
  const rows: R[] = await query.orderBy('id', order).limit(size + 1)
  const shown = rows.slice(0, size)
  return { rows: shown, next_cursor: rows.length > size ? writeCursor({ id: Number(shown.at(-1)!.id) }) : null }
}
