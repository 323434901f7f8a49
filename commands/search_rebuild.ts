import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class SearchRebuild extends BaseCommand {
  static commandName = 'search:rebuild'
  static description = 'Make the search index again from tickets, messages, notes and customers'
  static help = ['The desk stays up: what is not yet in the index again is not found for that long.', 'Safe to interrupt and to run again.']
  static options: CommandOptions = { startApp: true }

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    const { rebuildIndex } = await import('#search/rebuild')
    const done = await rebuildIndex((what, count) => this.json || this.logger.logUpdate(`${what}: ${count}`))
    if (!this.json) this.logger.logUpdatePersist()
    this.logger.log(this.json ? JSON.stringify(done) : `Indexed ${done.tickets} tickets, ${done.messages} messages, ${done.notes} notes, ${done.customers} customers in ${done.seconds} s`)
  }
}
