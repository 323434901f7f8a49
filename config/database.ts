import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import env from '#start/env'
import app from '@adonisjs/core/services/app'
import { defineConfig } from '@adonisjs/lucid'
import type { PostgreConfig } from '@adonisjs/lucid/types/database'
import { migrationFolders } from '#plugins/folders'
import { beginAsWriter, keepStatements } from '#support/sqlite_statements'

const url = env.get('DATABASE_URL')
// Counts and ids come back as numbers on both databases; none of ours passes 2^53.
if (url) (await import('pg')).default.types.setTypeParser(20, Number)

const folder = env.get('DATA_DIR')
mkdirSync(folder, { recursive: true })

/** Made again from the others whenever needed; FTS5 keeps its own tables behind each (design/stack.md). */
const SEARCH_TABLES = ['search_documents', ...['search_words', 'search_customers'].flatMap((name) => [name, ...['data', 'idx', 'docsize', 'config', 'content'].map((part) => `${name}_${part}`)]), 'sqlite_sequence']

const migrations = {
  naturalSort: true,
  paths: ['database/migrations', ...migrationFolders(app.makePath())],
  disableRollbacksInProduction: true,
}

const dbConfig = defineConfig({
  connection: url ? 'postgres' : 'sqlite',
  connections: {
    sqlite: {
      client: env.get('DB_CLIENT') ?? 'sqlite3',
      connection: { filename: join(folder, 'opora.sqlite') },
      useNullAsDefault: true,
      migrations,
      // Dropped with the virtual table they belong to, and only so.
      wipe: { ignoreTables: SEARCH_TABLES.filter((name) => /_(data|idx|docsize|config|content)$/.test(name)) },
      pool: {
        min: 1,
        max: 1,
        afterCreate(connection: any, done: (error: Error | null, connection: unknown) => void) {
          openSqlite(connection)
            .then(() => done(null, connection))
            .catch((error) => done(error, connection))
        },
      },
      schemaGeneration: {
        enabled: !app.inProduction && process.env.SCHEMA === 'generate',
        outputPath: 'database/schema.ts',
        rulesPaths: ['./database/schema_rules.js'],
        excludeTables: SEARCH_TABLES,
      },
    },
    postgres: {
      client: 'pg',
      connection: { connectionString: url, application_name: 'opora' } as PostgreConfig['connection'],
      pool: { min: 1, max: 10 },
      migrations,
      schemaGeneration: { enabled: false },
    },
  },
})

export default dbConfig

/**
 * What a connection of SQLite is told that only reads (support/sqlite_readers.ts): a write that came there by mistake fails
 * at once, instead of standing against the writer. A small cache is enough, because the file lies in the system's; mapping
 * it instead made no page quicker and counted the whole file twice as memory of ours.
 */
export const READING = 'PRAGMA query_only = ON; PRAGMA cache_size = -8000'

/**
 * WAL lets pages read while mail is written; FULL makes each commit survive a power cut,
 * because a mail server forgets a message once we have said 250.
 */
async function openSqlite(connection: any) {
  const pragmas = [
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = FULL',
    // Pages that are written again and again go into the file once in 16 MB of changes, not once in 4.
    'PRAGMA wal_autocheckpoint = 4000',
    'PRAGMA busy_timeout = 5000',
    'PRAGMA foreign_keys = ON',
    'PRAGMA temp_store = MEMORY',
    'PRAGMA cache_size = -32000',
  ]
  for (const pragma of pragmas) {
    if (typeof connection.pragma === 'function') connection.pragma(pragma.slice('PRAGMA '.length))
    else await new Promise<void>((resolve, reject) => connection.run(pragma, (error: Error | null) => (error ? reject(error) : resolve())))
  }  if (typeof connection.pragma === 'function') return
  keepStatements(connection)
  beginAsWriter(connection)
}
