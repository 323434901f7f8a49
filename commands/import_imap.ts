import { flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { ImportCommand } from '#channels/importing/import_command'

/** Takes over what was there before: with its own dates, closed, and nothing follows from it. Begun again, it goes on where it was. */
export default class ImportImap extends ImportCommand {
  static commandName = 'import:imap'
  static description = 'Import the messages of folders of the mailbox itself into an inbox'
  static options: CommandOptions = { startApp: true }

  @flags.number({ description: 'Id of the inbox', required: true })
  declare inbox: number

  @flags.array({ description: 'Names of folders; without it all but trash, spam and drafts' })
  declare folders: string[]

  @flags.string({ description: 'Only from this day on: 2025-01-31' })
  declare since: string

  @flags.string({ description: 'Only up to this day' })
  declare until: string

  @flags.boolean({ description: 'Count what is there and change nothing' })
  declare dryRun: boolean

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    await this.import('imap', this)
  }
}
