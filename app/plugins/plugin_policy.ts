import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may switch plugins on and off and fill in their settings, and who may act through them. */
export default class PluginPolicy extends BasePolicy {
  manage(agent: Agent) {
    return agent.isAdmin
  }

  /** Does something in another system by a plugin's action. */
  act(agent: Agent) {
    return agent.isWorker
  }
}
