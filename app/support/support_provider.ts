import env from '#start/env'
import type { ApplicationService } from '@adonisjs/core/types'
import { useWakeUp, type WakeUp } from './wake_up.js'

/** Chooses the form of the wake-up: this process alone, or Redis when there are several. */
export default class SupportProvider {
  #wakeUp: WakeUp | null = null

  constructor(protected app: ApplicationService) {}

  async ready() {
    if (this.app.getEnvironment() === 'web') await this.#readBeside()
    if (!['web', 'console'].includes(this.app.getEnvironment())) return
    const redis = env.get('REDIS_URL')
    if (this.app.getEnvironment() === 'console' && !redis) return
    if (redis) {
      const { BeeQueueWakeUp } = await import('./bee_queue_wake_up.js')
      this.#wakeUp = new BeeQueueWakeUp(redis)
    } else {
      const { InProcessWakeUp } = await import('./in_process_wake_up.js')
      this.#wakeUp = new InProcessWakeUp()
    }
    useWakeUp(this.#wakeUp)
  }

  /** A running desk on SQLite answers pages while it writes. */
  async #readBeside() {
    const { default: db } = await import('@adonisjs/lucid/services/db')
    const connection = db.manager.get(db.primaryConnectionName)!
    db.connection()
    if (connection.config.client !== 'sqlite3') return
    const [{ readBeside }, { READING }] = await Promise.all([import('./sqlite_readers.js'), import('#config/database')])
    readBeside(connection.connection!.client!.client, connection.config, READING)
  }

  async shutdown() {
    useWakeUp(null)
    await this.#wakeUp?.close()
  }
}
