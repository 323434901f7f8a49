/** node-sqlite3's own callback; `this` is the statement. */
type Answer = (this: unknown, error: Error | null, rows?: unknown[]) => void

interface Connection {
  all(sql: string, ...rest: [bindings?: unknown, answer?: Answer]): unknown
}

/** The names of a question's columns, once an answer was wide; null where it has to be asked as it stands. */
type Known = readonly string[] | null

/** What a question says of itself that may be answered so; as a comment, which every database passes over. */
export const WIDE = 'wide'
const MARKED = /^\s*\/\* wide \*\/\s*/

/** From so many values on. */
const MOST_PLAIN = 300
const MOST_KNOWN = 200

/**
 * Lets a connection that only reads answer wide questions as one JSON text. node-sqlite3 makes an object of its own for
 * each value of each row, twice, on both threads: 51 rows of a list were two milliseconds of processor time, and are
 * 0.8 as a text that is parsed.
 *
 * Only questions that say so (`comment(WIDE)`): their columns have names of their own and hold whole numbers and texts,
 * because SQLite's JSON rounds fractions and takes some BLOBs for JSON. Each is asked as it stands until an answer was
 * wide, for only then its columns are known.
 */
export function readWideRows(connection: Connection) {
  const known = new Map<string, Known>()
  const all = connection.all.bind(connection)

  const learn = (sql: string, rows: unknown[] | undefined) => {
    const names = Object.keys((rows?.[0] as object | undefined) ?? {})
    if (names.length * (rows?.length ?? 0) < MOST_PLAIN) return
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(sql, names)
  }

  connection.all = (sql, ...rest) => {
    const [bindings, answer] = rest
    if (typeof answer !== 'function' || !MARKED.test(sql)) return all(sql, ...rest)
    const question = sql.replace(MARKED, '')
    const names = known.get(question)
    if (!names) {
      return all(question, bindings, function (error, rows) {
        if (names === undefined) learn(question, rows)
        answer.call(this, error, rows)
      })
    }
    const columns = names.map((_, at) => `c${at}`).join()
    return all(`with q(${columns}) as (${question}) select json_group_array(json_array(${columns})) as rows from q`, bindings, function (error, rows) {
      if (!error) return answer.call(this, null, objectsOf(names, JSON.parse((rows![0] as { rows: string }).rows)))
      // A table has got other columns since, say. Asked as it stands it tells what is wrong, if something is.
      known.set(question, null)
      all(question, bindings, answer)
    })
  }
}

function objectsOf(names: readonly string[], rows: readonly unknown[][]): unknown[] {
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at++) row[names[at]] = values[at]
    return row
  })
}
