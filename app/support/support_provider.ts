import env from '#start/env'
import type { ApplicationService } from '@adonisjs/core/types'
import { useWakeUp, type WakeUp } from './wake_up.js'

/** Chooses the form of the wake-up: this process alone, or Redis when there are several. */
export default class SupportProvider {
  #wakeUp: WakeUp | null = null

  constructor(protected app: ApplicationService) {}

  async ready() {
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

  async shutdown() {
    useWakeUp(null)
    await this.#wakeUp?.close()
  }
}
