import knex, { type Knex } from 'knex'
import { readWideRows } from './sqlite_wide_rows.js'

/** Pages ask one after the other; more would only wait for the same processor. */
const READERS = 2

interface Opened {
  all(sql: string, ...rest: any[]): unknown
  exec(sql: string, done: (error: Error | null) => void): void
}

/** The parts of a knex client and its runner that are used here; knex does not type them. */
interface Client {
  runner(builder: Builder): Runner
  acquireConnection(): Promise<unknown>
  releaseConnection(connection: unknown): Promise<void>
  destroy(done?: (error?: Error) => void): Promise<void>
}

interface Runner {
  connection: unknown
  ensureConnection(work: (runner: Runner, given: unknown) => unknown, given?: unknown): Promise<unknown>
}

interface Builder {
  readonly _method?: string
  readonly _connection?: unknown
  readonly sql?: string
}

/**
 * Lets questions be answered on connections of their own while the writing one is in the middle of a transaction: in
 * WAL mode a reader sees the last commit and waits for nobody (sqlite.org/wal.html). What is asked inside a
 * transaction stays on its own connection and sees what that has written.
 *
 * SQLite has one writer, so the writing pool stays one connection; without this every page would queue behind the
 * mail that is being taken in.
 *
 * @param client - the knex client of the writing connection
 * @param config - how that one was opened
 * @param reading - what a connection is told that only reads
 */
export function readBeside(client: Client, config: Knex.Config, reading: string) {
  const { afterCreate } = config.pool!
  const readers = knex({
    client: config.client,
    connection: config.connection,
    useNullAsDefault: true,
    pool: {
      min: READERS,
      max: READERS,
      afterCreate: (connection: Opened, done: (error: Error | null, connection: unknown) => void) => {
        afterCreate!(connection, (error: Error | null) => {
          if (error) return done(error, connection)
          readWideRows(connection)
          connection.exec(reading, (refused) => done(refused, connection))
        })
      },
    },
  })
  const pool: Client = readers.client
  const [runnerFor, destroy] = [client.runner.bind(client), client.destroy.bind(client)]

  client.runner = (builder) => {
    const runner = runnerFor(builder)
    if (!builder._connection && onlyReads(builder)) {
      runner.ensureConnection = async (work, given) => {
        const connection = await pool.acquireConnection()
        runner.connection = connection
        try {
          return await work(runner, given)
        } finally {
          await pool.releaseConnection(connection)
        }
      }
    }
    return runner
  }
  client.destroy = async (done) => {
    await readers.destroy()
    return destroy(done)
  }
}

/** A builder that selects, or a raw text that does. */
function onlyReads({ _method: method, sql }: Builder): boolean {
  if (method !== undefined) return method === 'select' || method === 'first' || method === 'pluck'
  return sql !== undefined && /^\s*select\b/i.test(sql)
}
