import { BasePolicy } from '@adonisjs/bouncer'
import { maySeeInbox } from '#people/access'
import type Agent from '#people/agent'

/** Who may see that an inbox is well, and who may connect, change and remove one. */
export default class InboxPolicy extends BasePolicy {
  /** The list of all of them with their health. */
  list(agent: Agent) {
    return agent.isSupervisor
  }

  view(agent: Agent, inbox: { readonly id: number }) {
    return maySeeInbox(agent, inbox.id)
  }

  manage(agent: Agent) {
    return agent.isAdmin
  }
}
