import { randomUUID } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from './clock.js'

/** This process, in leases; a restart is another holder. */
export const HOLDER = `${process.pid}-${randomUUID().slice(0, 8)}`

/**
 * Takes the named lease for `ms` milliseconds, or extends our own. False: somebody else holds it.
 * A row, a conditional update and a row count: the same on both databases, in one process or ten.
 */
export async function takeLease(name: string, ms: number): Promise<boolean> {
  const at = nowMs()
  const changed = await db
    .from('leases')
    .where('name', name)
    .where((query) => query.where('holder', HOLDER).orWhere('until_at', '<', at))
    .update({ holder: HOLDER, until_at: at + ms })
  if (Number(changed) === 1) return true

  await db.connection().knexQuery().table('leases').insert({ name, holder: HOLDER, until_at: at + ms }).onConflict('name').ignore()
  const row = await db.from('leases').where('name', name).select('holder', 'until_at').first()
  return row?.holder === HOLDER
}

/** Gives our lease back, so that another may take it at once. */
export async function releaseLease(name: string) {
  await db.from('leases').where('name', name).where('holder', HOLDER).delete()
}

/** Gives back everything this process holds; called at a clean stop. */
export async function releaseAllLeases() {
  await db.from('leases').where('holder', HOLDER).whereNot('name', 'like', 'clock:%').delete()
}
