import { createHash } from 'node:crypto'
import type { Action, Plugin, Sent } from '#plugin'
import { deskOf } from '#plugins/desk'
import type { Connection } from '#plugins/connections'
import { noteFault } from '#plugins/faults'
import { checkValues, type Flat } from '#plugins/settings_values'
import { SettingsInvalid } from '#plugins/connections'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import db from '@adonisjs/lucid/services/db'

interface Input {
  readonly id: string
  readonly values: Flat
  /** The same on every repeat of one click. */
  readonly key: string
}

/**
 * Does a plugin's action in the other system. Only one without risk may be done by a rule; what writes to a customer or
 * moves money asks a person each time. Each run is an event; the same key never runs twice.
 *
 * @throws DomainError when it may not run, SettingsInvalid when its values do not fit
 */
export async function runAction(plugin: Plugin<any>, name: string, connection: Connection, input: Input, cause: Cause): Promise<Sent> {
  const action: Action<any> | undefined = plugin.actions?.[name]
  if (!action) throw new DomainError('plugins.errors.no_action', 404)
  if (action.risk !== 'none' && cause.by?.kind !== 'agent') throw new DomainError('plugins.errors.needs_person', 403)

  const { values, faults } = await checkValues(action.fields ?? {}, input.values, null)
  if (faults.length > 0) throw new SettingsInvalid(faults)
  const before = await claim(plugin.id, name, input)
  if (before) return before

  const outcome = await attempt(plugin, name, action, connection, { id: input.id, values, key: input.key })
  await transaction(async (trx) => {
    await trx.from('idempotency_keys').where({ owner: ownerOf(plugin.id, name), key: input.key }).update({ status: 200, answer: JSON.stringify(outcome) })
    await record('action:run', { plugin: plugin.id, action: name, risk: action.risk, about: action.about, outcome: outcome.outcome }, cause)
  })
  return outcome
}

async function attempt(plugin: Plugin<any>, name: string, action: Action<any>, connection: Connection, input: { id: string; values: Flat; key: string }): Promise<Sent> {
  try {
    return await action.run(input, deskOf(plugin, connection))
  } catch (error) {
    await noteFault(plugin.id, `action:${name}`, error)
    return { outcome: 'unknown', reason: (error as Error).message }
  }
}

/** Null: it is ours to run. Otherwise what came of it the first time; of one that still runs nobody knows yet. */
async function claim(plugin: string, name: string, { key, id, values }: Input): Promise<Sent | null> {
  const request = createHash('sha256').update(JSON.stringify([id, values])).digest('hex')
  const row = { owner: ownerOf(plugin, name), key, request, created_at: nowMs() }
  const made = await db.connection().knexQuery().table('idempotency_keys').insert(row).onConflict(['owner', 'key']).ignore().returning('key')
  if (made.length > 0) return null
  const before = await db.from('idempotency_keys').where({ owner: row.owner, key }).select('answer').first()
  return before?.answer ? JSON.parse(before.answer) : { outcome: 'unknown', reason: { key: 'still_running' } }
}

/** The column holds sixty characters; names may be longer. */
function ownerOf(plugin: string, name: string) {
  return `action:${createHash('sha256').update(`${plugin}:${name}`).digest('hex').slice(0, 40)}`
}
