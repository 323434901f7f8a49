import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { outsideTransaction, transaction } from '#support/transaction'

/** So many faults of a plugin are kept; older ones make room. */
const KEPT = 50

export interface Fault {
  readonly place: string
  readonly message: string
  /** ms UTC */
  readonly at: number
}

/**
 * Writes down that a plugin threw, for its page; everything else goes on. Never throws itself.
 *
 * @param place - where: `panel:orders`, `listener:ticket:opened`, `job:sync`, `route:GET /public/…`, `health`
 */
export async function noteFault(plugin: string, place: string, error: unknown) {
  logger.error({ err: error, plugin, place }, 'A plugin failed')
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 1000)
  try {
    await outsideTransaction(() =>
      transaction(async (trx) => {
        await trx.insertQuery().table('plugin_faults').insert({ plugin, place: place.slice(0, 120), message, at: nowMs() })
        const oldest = await trx.from('plugin_faults').where('plugin', plugin).orderBy('id', 'desc').offset(KEPT).limit(1).select('id').first()
        if (oldest) await trx.from('plugin_faults').where('plugin', plugin).where('id', '<=', oldest.id).delete()
      })
    )
  } catch (cause) {
    logger.error({ err: cause, plugin }, 'The fault of a plugin could not be written down')
  }
}

/** The latest faults of a plugin, newest first. */
export async function latestFaults(plugin: string, limit = 10): Promise<readonly Fault[]> {
  const rows = await db.from('plugin_faults').where('plugin', plugin).orderBy('id', 'desc').limit(limit)
  return rows.map(({ place, message, at }) => ({ place, message, at: Number(at) }))
}
