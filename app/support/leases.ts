import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import env from '#start/env'
import { nowMs } from './clock.js'

/** This process, in leases; a restart is another holder. */
export const HOLDER = `${process.pid}-${randomUUID().slice(0, 8)}`

/**
 * Takes the named lease for `ms` milliseconds, or extends our own. False: somebody else holds it.
 * A row, a conditional update and a row count: the same on both databases, in one process or ten.
 *
 * @param holder - begins with HOLDER; one hand of this process against another.
 */
export async function takeLease(name: string, ms: number, holder = HOLDER): Promise<boolean> {
  const at = nowMs()
  const changed = await db
    .from('leases')
    .where('name', name)
    .where((query) => query.where('holder', holder).orWhere('until_at', '<', at))
    .update({ holder, until_at: at + ms })
  if (Number(changed) === 1) return true

  await db.connection().knexQuery().table('leases').insert({ name, holder, until_at: at + ms }).onConflict('name').ignore()
  const row = await db.from('leases').where('name', name).select('holder').first()
  return row?.holder === holder
}

/** Gives our lease back, so that another may take it at once. */
export async function releaseLease(name: string, holder = HOLDER) {
  await db.from('leases').where('name', name).where('holder', holder).delete()
}

/** Gives back everything this process holds; called at a clean stop. */
export async function releaseAllLeases() {
  await db.from('leases').where('holder', 'like', `${HOLDER}%`).whereNot('name', 'like', 'clock:%').delete()
}

/**
 * Gives back what processes of this machine held that are gone, so that a start after a crash need not
 * wait for their time to run out. Only when the database is a file: then all of them ran here.
 */
export async function releaseLeasesOfTheDead() {
  if (env.get('DATABASE_URL')) return
  const rows = await db.from('leases').whereNot('name', 'like', 'clock:%').whereNot('name', 'like', 'alive:%').distinct('holder')
  const dead = rows.map((row) => String(row.holder)).filter((holder) => !holder.startsWith(HOLDER) && !isAlive(Number.parseInt(holder)))
  if (dead.length > 0) await db.from('leases').whereIn('holder', dead).whereNot('name', 'like', 'clock:%').delete()
}

function isAlive(pid: number): boolean {
  // Our own number under another name: the number of a process that died before we began.
  if (!Number.isInteger(pid) || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
