import db from '@adonisjs/lucid/services/db'
import type { Health, Plugin } from '#plugin'
import { connectionsOf, type Connection } from '#plugins/connections'
import { deskOf } from '#plugins/desk'
import { noteFault } from '#plugins/faults'
import { installed } from '#plugins/installed'
import { storeReason } from '#plugins/reasons'
import { within } from '#support/patience'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

const CHECK_SECONDS = 30
/** So many bad checks in a row, and the admins are told. */
const TOLD_AFTER = 3

export interface HealthRow {
  readonly plugin: string
  readonly connectionId: number
  readonly ok: boolean
  /** As kept; `sayReason` says it. */
  readonly reason: string | null
  readonly failures: number
  readonly checkedAt: number
}

/** Asks a plugin whether a connection works, and writes the answer down. A check that throws is a bad answer and a fault. */
export async function checkConnection(plugin: Plugin<any>, connection: Connection): Promise<Health> {
  if (!plugin.check) return { ok: true }
  const health = await ask(plugin, connection)
  await keep(plugin.id, connection.id, health)
  return health
}

/** Every connection of every plugin that is switched on; run by the clock. */
export async function checkAllPlugins() {
  await installed.refresh()
  for (const { plugin } of installed.working()) {
    if (!plugin.check) continue
    for (const connection of await connectionsOf(plugin)) await checkConnection(plugin, connection)
  }
}

/** The last word on each connection; of one plugin, or of all. */
export async function healthOf(plugin?: string): Promise<readonly HealthRow[]> {
  const rows = await db.from('plugin_health').if(plugin, (query) => query.where('plugin', plugin!))
  return rows.map((row) => ({
    plugin: row.plugin,
    connectionId: row.connection_id,
    ok: Number(row.ok) === 1,
    reason: row.reason,
    failures: row.failures,
    checkedAt: Number(row.checked_at),
  }))
}

async function ask(plugin: Plugin<any>, connection: Connection): Promise<Health> {
  try {
    return await within(CHECK_SECONDS, Promise.resolve(plugin.check!(deskOf(plugin, connection))))
  } catch (error) {
    await noteFault(plugin.id, 'health', error)
    return { ok: false, reason: (error as Error).message }
  }
}

async function keep(plugin: string, connectionId: number, health: Health) {
  const said = health.ok ? health.note : health.reason
  await transaction(async (trx) => {
    const which = { plugin, connection_id: connectionId }
    const before = await trx.from('plugin_health').where(which).select('failures').first()
    const failures = health.ok ? 0 : Number(before?.failures ?? 0) + 1
    const row = { ...which, ok: health.ok ? 1 : 0, reason: said ? storeReason(plugin, said) : null, failures, checked_at: nowMs() }
    await trx.knexQuery().table('plugin_health').insert(row).onConflict(['plugin', 'connection_id']).merge(['ok', 'reason', 'failures', 'checked_at'])
    const better = health.ok && Number(before?.failures ?? 0) >= TOLD_AFTER
    if (failures === TOLD_AFTER || better) await record('plugin:health_changed', { plugin, connectionId, ok: health.ok }, { by: null })
  })
}
