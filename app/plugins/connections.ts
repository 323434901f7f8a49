import { randomBytes } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import type { Fields, Plugin, Values } from '#plugin'
import { installed } from '#plugins/installed'
import { checkValues, openValues, sealValues, type FieldFault, type Flat } from '#plugins/settings_values'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

/** One filling of a plugin's settings. A plugin with one connection has it in `plugins`, under the id 0. */
export interface Connection {
  readonly id: number
  /** Stands in hook addresses; null where there is only one. */
  readonly key: string | null
  readonly name: string | null
  readonly settings: Values<Fields>
  /** When it last changed, ms: what lasts is started again then. */
  readonly changedAt: number
}

const ONLY = 0

export const hasMany = (plugin: Plugin<any>) => plugin.connections === 'many'

/** Every connection of a plugin. One that may have many and was given none has none. */
export async function connectionsOf(plugin: Plugin<any>): Promise<readonly Connection[]> {
  if (!hasMany(plugin)) return [await onlyConnection(plugin)]
  const rows = await db.from('connections').where('plugin', plugin.id).orderBy('id')
  return rows.map((row) => readRow(plugin, row))
}

/** One connection by its id (0: the only one) or by the key in an address; null when there is none. */
export async function connectionOf(plugin: Plugin<any>, which: number | string): Promise<Connection | null> {
  if (!hasMany(plugin)) return which === ONLY ? onlyConnection(plugin) : null
  const row = await db.from('connections').where('plugin', plugin.id).where(typeof which === 'number' ? 'id' : 'key', which).first()
  return row ? readRow(plugin, row) : null
}

/** What was sent does not fit the declaration; each field says why. */
export class SettingsInvalid extends DomainError {
  constructor(readonly faults: readonly FieldFault[]) {
    super('plugins.errors.invalid', 422)
  }
}

/**
 * Saves the settings of a plugin with one connection.
 *
 * @throws SettingsInvalid
 */
export async function configure(plugin: Plugin<any>, sent: Flat, cause: Cause) {
  const row = await db.from('plugins').where('id', plugin.id).select('settings').first()
  const settings = await sealed(plugin, sent, row?.settings ?? null)
  await transaction(async (trx) => {
    const at = nowMs()
    const made = { id: plugin.id, enabled_at: installed.isEnabled(plugin.id) ? at : null, settings, created_at: at, updated_at: at }
    await trx.knexQuery().table('plugins').insert(made).onConflict('id').merge(['settings', 'updated_at'])
    await record('plugin:configured', { plugin: plugin.id }, cause)
  })
}

/**
 * Makes a connection, or changes it.
 *
 * @throws SettingsInvalid
 */
export async function saveConnection(plugin: Plugin<any>, id: number | null, values: { name: string; settings: Flat }, cause: Cause): Promise<number> {
  const row = id === null ? null : await db.from('connections').where({ id, plugin: plugin.id }).firstOrFail()
  const settings = await sealed(plugin, values.settings, row?.settings ?? null)
  return transaction(async (trx) => {
    const at = nowMs()
    const shared = { name: values.name, settings, updated_at: at }
    await record('plugin:configured', { plugin: plugin.id }, cause)
    if (row) {
      await trx.from('connections').where('id', row.id).update(shared)
      return row.id
    }
    const key = randomBytes(18).toString('base64url')
    const [made] = await trx.knexQuery().table('connections').insert({ ...shared, plugin: plugin.id, key, created_at: at }).returning('id')
    return made.id
  })
}

/** Takes a connection away, with what was known of its health. */
export async function removeConnection(plugin: Plugin<any>, id: number, cause: Cause) {
  await transaction(async (trx) => {
    const gone = await trx.from('connections').where({ id, plugin: plugin.id }).delete()
    if (Number(gone) === 0) return
    await trx.from('plugin_health').where({ plugin: plugin.id, connection_id: id }).delete()
    await record('plugin:configured', { plugin: plugin.id }, cause)
  })
}

async function sealed(plugin: Plugin<any>, sent: Flat, previous: string | null) {
  const { values, faults } = await checkValues(plugin.settings ?? {}, sent, previous)
  if (faults.length > 0) throw new SettingsInvalid(faults)
  return sealValues(values)
}

async function onlyConnection(plugin: Plugin<any>): Promise<Connection> {
  const row = await db.from('plugins').where('id', plugin.id).first()
  return { id: ONLY, key: null, name: null, settings: openValues(plugin.settings ?? {}, row?.settings ?? null), changedAt: Number(row?.updated_at ?? 0) }
}

function readRow(plugin: Plugin<any>, row: any): Connection {
  return { id: row.id, key: row.key, name: row.name, settings: openValues(plugin.settings ?? {}, row.settings), changedAt: Number(row.updated_at) }
}
