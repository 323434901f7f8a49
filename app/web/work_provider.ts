import type { ApplicationService } from '@adonisjs/core/types'

/** Starts the work (dispatcher, gateway, deliveries, jobs, polls, clock) in a process that serves pages and works too. */
export default class WorkProvider {
  #stop: (() => Promise<void>) | null = null

  constructor(protected app: ApplicationService) {}

  async ready() {
    if (this.app.getEnvironment() !== 'web') return
    const { startWork, worksHere } = await import('#web/work')
    if (worksHere()) this.#stop = await startWork()
  }

  async shutdown() {
    await this.#stop?.()
  }
}
