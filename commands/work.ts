import { BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

/** Works without serving pages: the dispatcher, the gateway, deliveries, jobs, polls and the clock. */
export default class Work extends BaseCommand {
  static commandName = 'work'
  static description = 'Work behind the pages: fetch, read, send, run jobs (many may run beside each other with REDIS_URL)'
  static options: CommandOptions = { startApp: true, staysAlive: true }

  async run() {
    const { startWork } = await import('#web/work')
    const stop = await startWork()
    this.app.terminating(stop)
    this.logger.info('At work')
  }
}
