import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { nowMs } from './clock.js'
import { HOLDER } from './leases.js'
import { outsideTransaction } from './transaction.js'

interface Entry {
  readonly minutes: number
  readonly run: () => Promise<void>
}

const entries = new Map<string, Entry>()

/**
 * Registers what is done again and again: every `minutes` (may be a fraction), in one process of all. It must
 * be harmless to run twice: a process that dies in the middle leaves its turn to the next.
 */
export function every(name: string, minutes: number, run: () => Promise<void>) {
  entries.set(name, { minutes, run })
}

/** Takes back a registration (a plugin was switched off). */
export function never(name: string) {
  entries.delete(name)
}

/**
 * Runs what is due, here, if no other process has its turn. Called by the clock of each working
 * process every few seconds, and by the test clock after it moved.
 */
export async function runDueEntries() {
  for (const [name, { minutes, run }] of entries) {
    if (!(await takeTurn(`clock:${name}`, minutes * 60_000))) continue
    try {
      await outsideTransaction(run)
    } catch (error) {
      logger.error({ err: error, name }, 'Something scheduled failed; its next turn tries again')
    }
  }
}

/** Makes every entry due again: the clock was moved, and turns taken in another time mean nothing now. */
export async function resetTurns() {
  await db.from('leases').where('name', 'like', 'clock:%').update({ until_at: nowMs() })
}

/** A turn is a row whose time has come; who moves that time forward has the turn. */
async function takeTurn(name: string, ms: number): Promise<boolean> {
  const at = nowMs()
  const moved = await db.from('leases').where('name', name).where('until_at', '<=', at).update({ holder: HOLDER, until_at: at + ms })
  if (Number(moved) === 1) return true
  const made = await db.connection().knexQuery().table('leases').insert({ name, holder: HOLDER, until_at: at + ms }).onConflict('name').ignore().returning('name')
  return made.length === 1
}
