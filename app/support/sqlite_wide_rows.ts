/** node-sqlite3's own callback; `this` is the statement. */
type Answer = (this: unknown, error: Error | null, rows?: unknown[]) => void

interface Connection {
  all(sql: string, ...rest: [bindings?: unknown, answer?: Answer]): unknown
}

/** The names of a question's columns, once an answer was wide; null where it has to be asked as it stands. */
type Known = readonly string[] | null

/** From so many values on. */
const WIDE = 300
const MOST_KNOWN = 200

/**
 * Lets a connection that only reads answer wide questions as one JSON text. node-sqlite3 makes an object of its own for
 * each value of each row, twice, on both threads: 51 rows of a list were two milliseconds of processor time, and are
 * 0.8 as a text that is parsed.
 *
 * A question is asked as it stands until an answer to it was wide, because only then its columns are known; and always
 * when JSON cannot carry it: columns of one name, BLOBs, fractions (which SQLite would round), and JSON of its own.
 */
export function readWideRows(connection: Connection) {
  const known = new Map<string, Known>()
  const all = connection.all.bind(connection)

  const learn = (sql: string, rows: unknown[] | undefined) => {
    const first = rows?.[0] as object | undefined
    if (!first) return
    const names = Object.keys(first)
    if (names.length * rows!.length < WIDE) return
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(sql, rows!.every((row) => Object.values(row as object).every(fits)) ? names : null)
  }

  connection.all = (sql, ...rest) => {
    const [bindings, answer] = rest
    const names = known.get(sql)
    if (names === null || typeof answer !== 'function' || /json|returning/i.test(sql) || !/^\s*select\b/i.test(sql)) return all(sql, ...rest)
    if (names === undefined) {
      return all(sql, bindings, function (error, rows) {
        learn(sql, rows)
        answer.call(this, error, rows)
      })
    }
    const columns = names.map((_, at) => `c${at}`).join()
    return all(`with q(${columns}) as (${sql}) select json_group_array(json_array(${columns})) as rows from q`, bindings, function (error, rows) {
      if (error) {
        known.set(sql, null)
        all(sql, bindings, answer)
        return
      }
      answer.call(this, null, objectsOf(names, JSON.parse((rows![0] as { rows: string }).rows)))
    })
  }
}

function fits(value: unknown) {
  return value === null || typeof value === 'string' || Number.isInteger(value)
}

function objectsOf(names: readonly string[], rows: readonly unknown[][]): unknown[] {
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at++) row[names[at]] = values[at]
    return row
  })
}
