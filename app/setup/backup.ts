import { existsSync } from 'node:fs'
import { copyFile, cp, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'

const DATABASE = 'opora.sqlite'
/** Not part of a backup: what lasts a moment, other backups, and the database that is open. */
const LEFT_OUT = ['tmp', 'backups', DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`]

export interface BackedUp {
  readonly path: string
  /** Bytes of the database in it; null when PostgreSQL keeps it. */
  readonly database: number | null
  readonly files: number
}

/**
 * Copies all state into a new folder while the desk goes on working: the database as it is at one
 * instant, then the files. Kept files never change, so on one disk they are linked and cost nothing.
 *
 * @param into - the folder in which a folder named by the time is made
 */
export async function makeBackup(into = join(env.get('DATA_DIR'), 'backups')): Promise<BackedUp> {
  const path = join(resolve(into), now().toFormat("yyyy-MM-dd'T'HH-mm-ss-SSS"))
  const unfinished = `${path}.unfinished`
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const database = env.get('DATABASE_URL') ? null : await copyDatabase(join(unfinished, DATABASE))
    const files = await copyState(env.get('DATA_DIR'), unfinished)
    await rename(unfinished, path)
    return { path, database, files }
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
}

/**
 * Puts a backup in the place of this DATA_DIR's state. The desk must be stopped. What was there is
 * moved aside, never deleted.
 *
 * @param force - do it although there is a database here
 * @returns where the former state lies; null if there was none
 * @throws DomainError when `from` is no backup, or something is here and nobody forced it
 */
export async function restoreBackup(from: string, { force = false } = {}): Promise<string | null> {
  const folder = env.get('DATA_DIR')
  const source = resolve(from)
  if (!existsSync(join(source, 'secrets.json'))) throw new DomainError('setup.errors.no_backup', 422, { path: source })
  const here = (await readdir(folder)).filter((name) => !['tmp', 'backups'].includes(name))
  const occupied = here.some((name) => [DATABASE, 'drive'].includes(name))
  if (occupied && !force) throw new DomainError('setup.errors.data_here', 409, { path: folder })

  await db.manager.closeAll(true)
  const aside = occupied ? join(folder, 'backups', `before-restore-${now().toFormat("yyyy-MM-dd'T'HH-mm-ss-SSS")}`) : null
  if (aside) {
    await mkdir(aside, { recursive: true, mode: 0o700 })
    for (const name of here) if (resolve(folder, name) !== source) await rename(join(folder, name), join(aside, name))
  }
  await copyState(source, folder)
  if (existsSync(join(source, DATABASE))) await copyFile(join(source, DATABASE), join(folder, DATABASE))
  return aside
}

async function copyDatabase(to: string): Promise<number> {
  await db.rawQuery('VACUUM INTO ?', [to])
  return (await stat(to)).size
}

/** Everything but the database; returns how many kept files there were. */
async function copyState(from: string, to: string): Promise<number> {
  let files = 0
  for (const name of await readdir(from)) {
    if (LEFT_OUT.includes(name) || name.endsWith('.unfinished')) continue
    if (name === 'drive') files = await linkTree(join(from, name), join(to, name))
    else await cp(join(from, name), join(to, name), { recursive: true })
  }
  return files
}

async function linkTree(from: string, to: string): Promise<number> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  let files = 0
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) files += await linkTree(source, target)
    else {
      // On another disk there is nothing to link: copied then.
      await link(source, target).catch(() => copyFile(source, target))
      files++
    }
  }
  return files
}
