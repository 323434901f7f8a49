import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import env from '#start/env'
import { MigrationRunner } from '@adonisjs/lucid/migration'
import type { ApplicationService } from '@adonisjs/core/types'

/** How long a process waits for another one that is migrating, in ms. */
const PATIENCE = 120_000

/**
 * Brings the database up to this version before anything reads it, in every process that serves or
 * works. Of several that start together one does it and the others wait: PostgreSQL locks by itself,
 * SQLite has no such lock, so a file in DATA_DIR stands for it. Throws what the migration threw.
 */
export async function migrate(app: ApplicationService) {
  const unlock = await lock(join(env.get('DATA_DIR'), 'tmp', 'migrating'))
  try {
    const db = await app.container.make('lucid.db')
    const migrations = new MigrationRunner(db, app, { direction: 'up', connectionName: db.primaryConnectionName })
    await migrations.run()
    if (migrations.error) throw migrations.error
  } finally {
    unlock()
  }
}

async function lock(path: string): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true })
  for (let waited = 0; waited < PATIENCE; waited += 50) {
    try {
      const file = openSync(path, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (abandoned(path)) rmSync(path, { force: true })
      else await pause(50)
    }
  }
  throw new Error(`another process has been migrating for two minutes (${path})`)
}

/** The process that holds the lock was killed and left it. */
function abandoned(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    if (!pid) return false
    if (pid === process.pid) return true
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
