import { args, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { ImportCommand } from '#channels/importing/import_command'

/** Takes over what was there before: with its own dates, closed, and nothing follows from it. Begun again, it goes on where it was. */
export default class ImportEml extends ImportCommand {
  static commandName = 'import:eml'
  static description = 'Import the messages of a zip of .eml files into an inbox'
  static options: CommandOptions = { startApp: true }

  @args.string({ description: 'The zip file' })
  declare path: string

  @flags.number({ description: 'Id of the inbox', required: true })
  declare inbox: number

  @flags.string({ description: 'Only from this day on: 2025-01-31' })
  declare since: string

  @flags.string({ description: 'Only up to this day' })
  declare until: string

  @flags.boolean({ description: 'Count what is there and change nothing' })
  declare dryRun: boolean

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    await this.import('eml', this)
  }
}
