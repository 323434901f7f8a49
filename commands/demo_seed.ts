import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class DemoSeed extends BaseCommand {
  static commandName = 'demo:seed'
  static description = 'Furnish an empty desk as a Czech e-shop with two months of history'
  static help = ['Works on a DATA_DIR without agents and tickets only; one that was interrupted begins anew.', 'Nothing of it is ever sent.']
  static options: CommandOptions = { startApp: true }

  @flags.number({ description: 'How many tickets', default: 360 })
  declare tickets: number

  @flags.number({ description: 'Over how many days', default: 60 })
  declare days: number

  @flags.boolean({ description: 'Print the outcome as JSON' })
  declare json: boolean

  async run() {
    const { clearAwayHalf, seedDemo } = await import('#app/demo/seed')
    const { migrate } = await import('#support/migrations')
    await clearAwayHalf()
    await migrate(this.app)
    const done = await seedDemo({ tickets: this.tickets, days: this.days })
    this.logger.log(this.json ? JSON.stringify(done) : `${done.tickets} tickets, ${done.messages} messages and ${done.customers} customers in ${done.seconds} s`)
  }
}
