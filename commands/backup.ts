import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class Backup extends BaseCommand {
  static commandName = 'backup'
  static description = 'Copy all state into a new folder, while the desk goes on working'
  static help = ['Database, kept files, secrets. With PostgreSQL the database is left to pg_dump, and the rest is copied.']
  static options: CommandOptions = { startApp: true }

  @flags.string({ description: 'The folder that gets the backup (DATA_DIR/backups)' })
  declare into: string

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    const { makeBackup } = await import('#setup/backup')
    const done = await makeBackup(this.into)
    if (this.json) return console.log(JSON.stringify(done))
    this.logger.log(`${done.path}: ${done.files} files${done.database === null ? '' : `, database of ${Math.ceil(done.database / 1024)} KiB`}`)
    if (done.database === null) this.logger.warning('The database is in PostgreSQL: back it up by pg_dump "$DATABASE_URL" at the same time.')
  }
}
