import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { listenAt } from '#start/address'

/**
 * Serves pages, hooks and the API. With REDIS_URL it leaves the work to `work`; alone it works too.
 * It boots the web's own application: this command's is never started.
 */
export default class Serve extends BaseCommand {
  static commandName = 'serve'
  static description = 'Serve pages, hooks and the API'
  static options: CommandOptions = { startApp: false, staysAlive: true }

  @flags.string({ description: 'Address to listen on' })
  declare host: string

  @flags.number({ description: 'Port to listen on' })
  declare port: number

  async run() {
    listenAt(this.host, this.port)
    await import('../bin/server.js')
  }
}
