import type { Value } from './inserting.js'

/**
 * What gives each row its own value in one `update`: `case id when … end`. The casts tell PostgreSQL what the values are.
 *
 * @param values - by the row's id
 */
export function eachRow(type: 'text' | 'bigint', values: readonly (readonly [id: number, value: Value])[]): { sql: string; bindings: Value[] } {
  return { sql: `case id ${values.map(() => `when ? then cast(? as ${type})`).join(' ')} end`, bindings: values.flat() }
}
