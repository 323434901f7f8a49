import db from '@adonisjs/lucid/services/db'
import type { Health, Reason } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import { storeReason } from '#plugins/reasons'
import type Inbox from '#channels/inbox'
import { within } from '#support/patience'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'

const CHECK_SECONDS = 30

/**
 * Writes down whether an inbox works, with the reason in words; a change is an event. Ordinary
 * rounds that find nothing new cost one small update.
 */
export async function reportHealth(inbox: { id: number; channel: string }, health: Health) {
  await transaction(async (trx) => {
    const at = nowMs()
    const ok = health.ok ? 1 : 0
    const before = await trx.from('inbox_health').where('inbox_id', inbox.id).select('ok', 'reason').first()
    // A round of fetching knows nothing of what a whole check has noted.
    const noted = health.ok && health.note === undefined && Number(before?.ok) === 1 ? before.reason : null
    const reason = health.ok ? (health.note ? storeReason(inbox.channel, health.note) : noted) : kept(inbox.channel, health.reason)
    if (!before) {
      await trx
        .knexQuery()
        .table('inbox_health')
        .insert({ inbox_id: inbox.id, ok, reason, failures: 1 - ok, since_at: at, checked_at: at })
        .onConflict('inbox_id')
        .ignore()
    } else {
      await trx
        .from('inbox_health')
        .where('inbox_id', inbox.id)
        .update({ ok, reason, checked_at: at, failures: ok ? 0 : trx.raw('failures + 1'), ...(Number(before.ok) === ok ? {} : { since_at: at }) })
    }
    if (before ? Number(before.ok) === ok : ok === 1) return
    await record('inbox:health_changed', { inboxId: inbox.id, ok: health.ok }, { by: null }, { inboxId: inbox.id, channel: inbox.channel })
    afterCommit(() => poke(['inboxes', `inbox-${inbox.id}`, 'health']))
  })
}

/** Asks the driver whether this inbox works, and writes the answer down. Never throws for what the other side does. */
export async function checkInbox(inbox: Inbox): Promise<Health> {
  const health = await askDriver(inbox)
  await reportHealth(inbox, health)
  return health
}

/** The same for settings that are not saved yet: "test the connection". Nothing is written. */
export async function askDriver(inbox: Inbox): Promise<Health> {
  const driver = pluginRegistry.channel(inbox.channel)
  if (!driver) return { ok: false, reason: core('plugin_off') }
  try {
    const seen = await pluginRegistry.inboxFor(inbox)
    return await within(CHECK_SECONDS, driver.check(seen), () => new Error(`No answer within ${CHECK_SECONDS} s`))
  } catch (error) {
    return { ok: false, reason: core('check_failed', {}, (error as Error).message) }
  }
}

/** Every working inbox; run by the clock. */
export async function checkAllInboxes() {
  const { default: InboxModel } = await import('#channels/inbox')
  const inboxes = await InboxModel.query().whereNull('deleted_at').whereNull('paused_at').orderBy('id')
  for (const inbox of inboxes) await checkInbox(inbox)
}

/** When something last came in or went out, for the health page; costs one small write. */
export async function touchHealth(inboxId: number, column: 'received_at' | 'sent_at') {
  const at = nowMs()
  await transaction((trx) =>
    trx
      .knexQuery()
      .table('inbox_health')
      .insert({ inbox_id: inboxId, ok: 1, failures: 0, since_at: at, checked_at: at, [column]: at })
      .onConflict('inbox_id')
      .merge([column])
  )
}

/** Whether the last word on this inbox was good; true when nobody asked yet. */
export async function isHealthy(inboxId: number): Promise<boolean> {
  const row = await db.from('inbox_health').where('inbox_id', inboxId).select('ok').first()
  return !row || Number(row.ok) === 1
}

/** Words of the core itself (resources/lang: `gateway.<key>`), told apart from the plugin's own. */
export function core(key: string, values: Record<string, string | number> = {}, detail?: string): Reason & { readonly core: true } {
  return { core: true, key, values, ...(detail ? { detail } : {}) }
}

/** A reason as text for a column, whoever's words it is in. */
export function kept(channel: string, reason: Reason): string {
  return storeReason(typeof reason === 'object' && 'core' in reason ? 'gateway' : channel, reason)
}
