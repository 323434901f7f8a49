import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may look into what could not be done, and who may have the bytes as they came. */
export default class IncomingPolicy extends BasePolicy {
  list(agent: Agent) {
    return agent.isSupervisor
  }

  replay(agent: Agent) {
    return agent.isSupervisor
  }

  /** The original may hold what a ticket would not show: admins only. */
  download(agent: Agent) {
    return agent.isAdmin
  }
}
