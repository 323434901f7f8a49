import { BaseCommand, args, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class Restore extends BaseCommand {
  static commandName = 'restore'
  static description = 'Put a backup in the place of what is in DATA_DIR. Stop the desk first'
  static help = ['What was there is moved to DATA_DIR/backups/before-restore-…, never deleted.', 'With PostgreSQL restore the database itself by psql or pg_restore.']
  static options: CommandOptions = { startApp: true }

  @args.string({ description: 'The folder that backup made' })
  declare from: string

  @flags.boolean({ description: 'Do it although there is a desk here already' })
  declare force: boolean

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    const { restoreBackup } = await import('#setup/backup')
    const { DomainError } = await import('#support/domain_error')
    const { default: i18nManager } = await import('@adonisjs/i18n/services/main')
    try {
      const aside = await restoreBackup(this.from, { force: this.force })
      if (this.json) console.log(JSON.stringify({ restored: true, aside }))
      else this.logger.log(aside ? `Restored. What was here lies in ${aside}` : 'Restored.')
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      this.logger.error(i18nManager.locale('en').t(error.key, { ...error.values }))
      this.exitCode = 1
    }
  }
}
