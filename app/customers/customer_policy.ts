import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may see and change what is known of customers: all may read, a viewer changes nothing. */
export default class CustomerPolicy extends BasePolicy {
  view(_agent: Agent) {
    return true
  }

  change(agent: Agent) {
    return agent.isWorker
  }
}
