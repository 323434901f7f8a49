import { openTransaction } from './transaction.js'

/** What a column takes; an object's text, a number for yes and no. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** One statement binds so many values at most (SQLite's smallest limit). */
const VALUES_AT_ONCE = 900

/**
 * Inserts rows of one form, in the open transaction. The statement is written out here: to put a wide insert together
 * takes the query builder longer than the database takes to run it, and this is what every mail is made of.
 *
 * @param unless - columns of a unique index: a row that is there already is left out
 * @returns the wanted columns of the rows that were written, in no promised order
 */
export async function insertRows<C extends string = never>(table: string, rows: readonly Row[], { unless, returning = [] }: { unless?: readonly string[]; returning?: readonly C[] } = {}): Promise<Record<C, any>[]> {
  if (rows.length === 0) return []
  const columns = Object.keys(rows[0])
  const holes = `(${columns.map(() => '?').join(', ')})`
  const atOnce = Math.max(1, Math.floor(VALUES_AT_ONCE / columns.length))
  const written: Record<C, any>[] = []
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce)
    const statement = [
      `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')}) values ${some.map(() => holes).join(', ')}`,
      ...(unless ? [`on conflict (${unless.join(', ')}) do nothing`] : []),
      ...(returning.length > 0 ? [`returning ${returning.join(', ')}`] : []),
    ].join(' ')
    // Null is bound as well, whatever the type of the bindings says.
    const result = await openTransaction().rawQuery(statement, some.flatMap((row) => columns.map((column) => row[column] as string)))
    written.push(...returnedRows(result))
  }
  return written
}

/** What a written-out statement returned: the drivers give it as it is, or under `rows`. */
export function returnedRows(result: any): any[] {
  return Array.isArray(result) ? result : (result?.rows ?? [])
}
