/** node-sqlite3's own callback; `this` is the statement, with `lastID` and `changes`. */
type Answer = (this: unknown, error: Error | null, rows?: unknown[]) => void

interface Statement {
  all(bindings: unknown, answer: Answer): void
  run(bindings: unknown, answer: Answer): void
  finalize(): void
}

interface Kept {
  readonly statement: Statement
  /** Who has asked it before it was prepared; null afterwards. */
  waiting: Answer[] | null
}

/** What we need of a node-sqlite3 `Database`. */
interface Connection {
  prepare(sql: string, answer: (error: Error | null) => void): Statement
  all(sql: string, ...rest: [bindings?: unknown, answer?: Answer]): unknown
  run(sql: string, ...rest: [bindings?: unknown, answer?: Answer]): unknown
  close(answer?: (error: Error | null) => void): void
}

/** Beyond so many the one that was used longest ago is given back. */
const KEPT = 300
/** Lists of a thousand ids come in a thousand lengths; keeping those would push out what is used. */
const LONG_SQL = 3000
const LONG_LIST = /(\?, ?){200}/
/** What may be kept: a statement of these runs to its end in one call, so it holds no lock between two. */
const KEEPABLE = /^\s*(?:\/\*[^*]*\*\/\s*)?(select|insert|update|delete|with|begin|commit|rollback)\b/i

/**
 * Lets a connection keep its prepared statements. node-sqlite3's `all` and `run` prepare, run and finalise one for
 * every call: three trips to another thread where one is enough, and most of what a small statement costs. SQLite
 * prepares a kept one anew by itself when the schema has changed (sqlite.org/c3ref/prepare.html).
 */
export function keepStatements(connection: Connection) {
  const kept = new Map<string, Kept>()
  const once = { all: connection.all.bind(connection), run: connection.run.bind(connection), close: connection.close.bind(connection) }

  const keep = (sql: string): Kept => {
    const prepared = (error: Error | null) => {
      const { waiting } = one
      one.waiting = null
      if (!error) return
      // node-sqlite3 answers nobody who asked a statement that could not be prepared.
      kept.delete(sql)
      for (const answer of waiting!) answer.call(one.statement, error)
    }
    const one: Kept = { statement: connection.prepare(sql, prepared), waiting: [] }
    return one
  }
  const drop = (sql: string, one: Kept) => {
    if (kept.get(sql) !== one) return
    kept.delete(sql)
    one.statement.finalize()
  }
  const take = (sql: string): Kept => {
    const one = kept.get(sql) ?? keep(sql)
    kept.delete(sql)
    kept.set(sql, one)
    if (kept.size > KEPT) {
      const [oldest, { statement }] = kept.entries().next().value!
      kept.delete(oldest)
      statement.finalize()
    }
    return one
  }

  for (const way of ['all', 'run'] as const) {
    connection[way] = (sql, ...rest) => {
      const [bindings, answer] = rest
      if (typeof answer !== 'function' || (sql.length > LONG_SQL && LONG_LIST.test(sql)) || !KEEPABLE.test(sql)) return once[way](sql, ...rest)
      const one = take(sql)
      one.waiting?.push(answer)
      one.statement[way](bindings ?? [], function (error, rows) {
        // One that met a lock stands where it met it, and would keep the connection in an old snapshot.
        if (error) drop(sql, one)
        answer.call(this, error, rows)
      })
      return connection
    }
  }

  // SQLite does not close a connection that still has statements.
  connection.close = (answer) => {
    for (const { statement } of kept.values()) statement.finalize()
    kept.clear()
    once.close(answer)
  }
}

/**
 * Makes a transaction take the writer's place when it begins. One that reads first and writes later fails at once when
 * another process has written in between, however long it would have been ready to wait (sqlite.org/lang_transaction.html).
 */
export function beginAsWriter(connection: Connection) {
  const all = connection.all.bind(connection)
  connection.all = (sql, ...rest) => all(sql === 'BEGIN;' ? 'BEGIN IMMEDIATE;' : sql, ...rest)
}
