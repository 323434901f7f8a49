import db from '@adonisjs/lucid/services/db'

export interface RanQuery {
  readonly sql: string
  readonly bindings: readonly unknown[]
}

/** Every query that the database got while `work` ran. */
export async function queriesOf(work: () => Promise<unknown>): Promise<RanQuery[]> {
  const knex = db.manager.get(db.primaryConnectionName)!.connection!.client!
  const queries: RanQuery[] = []
  const note = ({ sql, bindings }: RanQuery) => queries.push({ sql, bindings })
  knex.on('query', note)
  try {
    await work()
  } finally {
    knex.removeListener('query', note)
  }
  return queries
}

export const onSqlite = () => db.connection().dialect.name !== 'postgres'

/**
 * The database's plan for a query, line by line. An empty PostgreSQL prefers to read and sort the
 * few rows it has; told not to, it shows whether an index could serve.
 */
export async function planOf({ sql, bindings }: RanQuery): Promise<string[]> {
  if (onSqlite()) {
    const rows: any[] = await db.rawQuery(`EXPLAIN QUERY PLAN ${sql}`, bindings as any[])
    return rows.map(({ detail }) => detail)
  }
  for (const way of ['seqscan', 'bitmapscan', 'sort', 'incremental_sort', 'hashjoin', 'mergejoin']) await db.rawQuery(`SET LOCAL enable_${way} = off`)
  const { rows } = await db.rawQuery(`EXPLAIN ${sql.replaceAll('?', '\\?').replace(/\$\d+/g, '?')}`, bindings as any[])
  return rows.map((row: any) => row['QUERY PLAN'])
}
