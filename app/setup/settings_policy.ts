import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may set up the desk as a whole. */
export default class SettingsPolicy extends BasePolicy {
  manage(agent: Agent) {
    return agent.isAdmin
  }

  /** Tags and categories are everyday tidying. */
  sort(agent: Agent) {
    return agent.isSupervisor
  }
}
