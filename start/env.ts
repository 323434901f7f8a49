/*
 * What the process is told from outside. Names and meanings: docs/self-hosting.md.
 * This is the only file that reads process.env.
 */
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Env } from '@adonisjs/core/env'
import { loadSecrets } from './secrets.js'

process.env.TZ = 'UTC'
process.env.NODE_ENV ??= 'production'
process.env.HOST ??= '127.0.0.1'
process.env.PORT ??= '3333'

const root = projectRoot()
const dataDir = process.env.DATA_DIR ?? 'storage'
process.env.DATA_DIR = isAbsolute(dataDir) ? dataDir : resolve(root, dataDir)
loadSecrets(process.env.DATA_DIR)

export default await Env.create(new URL('../', import.meta.url), {
  NODE_ENV: Env.schema.enum(['development', 'production', 'test'] as const),
  HOST: Env.schema.string({ format: 'host' }),
  PORT: Env.schema.number(),
  APP_URL: Env.schema.string.optional({ format: 'url', tld: false }),
  APP_KEY: Env.schema.secret(),
  LOG_LEVEL: Env.schema.enum.optional(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const),
  DATA_DIR: Env.schema.string(),
  DATABASE_URL: Env.schema.string.optional(),
  DB_CLIENT: Env.schema.enum.optional(['sqlite3', 'better-sqlite3'] as const),
  REDIS_URL: Env.schema.string.optional(),
  API_RATE_LIMIT: Env.schema.number.optional(),
  HOOK_RATE_LIMIT: Env.schema.number.optional(),
  OUTBOUND_ALLOW: Env.schema.string.optional(),
  TEST_CLOCK: Env.schema.string.optional(),
  DEMO: Env.schema.string.optional(),
  /** `serve`: pages only; `work`: jobs only; unset: both, unless REDIS_URL splits them by command. */
  OPORA_ROLE: Env.schema.enum.optional(['serve', 'work', 'all'] as const),
})

/** What plugins ask for by names of their own, so that no list of them stands here. */
export function fromEnvironment(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The folder that holds package.json: one up from here, or two up in the compiled build. */
function projectRoot() {
  const here = fileURLToPath(new URL('../', import.meta.url))
  return /[\\/]build[\\/]?$/.test(here) ? resolve(here, '..') : here
}
