import db from '@adonisjs/lucid/services/db'
import { installed } from '#plugins/installed'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

/** Switches a plugin on. Its data is as it was left. @throws DomainError when it is broken or needs one that is off */
export async function enable(id: string, cause: Cause) {
  const plugin = installed.get(id)?.plugin
  if (!plugin) throw new DomainError('plugins.errors.broken', 409)
  const missing = plugin.needs.plugins?.find((needed) => !installed.working(needed))
  if (missing) throw new DomainError('plugins.errors.needs', 409, { plugin: missing })
  await turn(id, nowMs(), cause)
}

/** Switches a plugin off: its addresses answer 404, its jobs and listeners are passed over, its data stays. */
export async function disable(id: string, cause: Cause) {
  const plugin = installed.get(id)?.plugin
  const inboxes = plugin?.channel ? await db.from('inboxes').where('channel', id).whereNull('deleted_at').whereNull('paused_at').count('* as total').first() : null
  if (Number(inboxes?.total ?? 0) > 0) throw new DomainError('plugins.errors.inboxes', 409, { count: Number(inboxes.total) })
  const dependent = installed.working().find((other) => other.plugin.needs.plugins?.includes(id))
  if (dependent) throw new DomainError('plugins.errors.needed', 409, { plugin: dependent.id })
  await turn(id, null, cause)
}

async function turn(id: string, enabledAt: number | null, cause: Cause) {
  await transaction(async (trx) => {
    const at = nowMs()
    await trx.knexQuery().table('plugins').insert({ id, enabled_at: enabledAt, created_at: at, updated_at: at }).onConflict('id').merge(['enabled_at', 'updated_at'])
    await record(enabledAt === null ? 'plugin:disabled' : 'plugin:enabled', { plugin: id }, cause)
  })
  await installed.refresh({ force: true })
}
