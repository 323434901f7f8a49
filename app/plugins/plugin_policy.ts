import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may switch plugins on and off and fill in their settings. */
export default class PluginPolicy extends BasePolicy {
  manage(agent: Agent) {
    return agent.isAdmin
  }
}
