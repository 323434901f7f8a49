import type { ApplicationService } from '@adonisjs/core/types'

/** Starts the work (dispatcher, gateway, deliveries, jobs, polls) in the processes that do it. */
export default class WorkProvider {
  constructor(protected app: ApplicationService) {}

  register() {}
}
