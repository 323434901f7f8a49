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

  /** To let a sender through, or put him aside; and to see whom the team has judged. */
  ruleSenders(agent: Agent) {
    return agent.isWorker
  }

  manage(agent: Agent) {
    return agent.isAdmin
  }
}
