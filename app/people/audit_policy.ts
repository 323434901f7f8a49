import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may read who did what. */
export default class AuditPolicy extends BasePolicy {
  view(agent: Agent) {
    return agent.isAdmin
  }
}
