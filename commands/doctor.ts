import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Proves that nothing is lost, and says which inbox does not work. Exit 0 when all is well, 1 when not. */
export default class Doctor extends BaseCommand {
  static commandName = 'doctor'
  static description = 'Check that nothing is lost: every item has one fate, every message a ticket, every file is there'
  static options: CommandOptions = { startApp: true }

  @flags.boolean({ description: 'Look at the newest files only' })
  declare quick: boolean

  @flags.boolean({ description: 'Print the result as JSON' })
  declare json: boolean

  async run() {
    const { default: i18nManager } = await import('@adonisjs/i18n/services/main')
    const { default: db } = await import('@adonisjs/lucid/services/db')
    const { sayReason } = await import('#plugins/reasons')
    const { checkNothingLost } = await import('#channels/nothing_lost')

    const result = await checkNothingLost({ files: this.quick ? 'recent' : 'all' })
    const sick = await db
      .from('inbox_health')
      .join('inboxes', 'inboxes.id', 'inbox_health.inbox_id')
      .whereNull('inboxes.deleted_at')
      .whereNull('inboxes.paused_at')
      .where('inbox_health.ok', 0)
      .select('inboxes.id', 'inboxes.name', 'inbox_health.reason')
    const i18n = i18nManager.locale('en')
    const inboxes = sick.map(({ id, name, reason }) => ({ id: String(id), name, reason: sayReason(i18n, reason) }))

    this.exitCode = result.ok ? 0 : 1
    if (this.json) {
      console.log(JSON.stringify({ ok: result.ok, checks: result.checks, counts: result.counts, inboxes_not_working: inboxes }))
      return
    }
    for (const { name, broken, examples } of result.checks) {
      if (broken === 0) this.logger.success(i18n.t(`gateway.checks.${name}`))
      else this.logger.error(`${i18n.t(`gateway.checks.${name}`)}: ${broken} (${examples.join(', ')})`)
    }
    for (const { name, reason } of inboxes) this.logger.warning(`${name}: ${reason}`)
  }
}
