import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may look after the people inside. Everybody sees names and who is there; admins do the rest. */
export default class AgentPolicy extends BasePolicy {
  list() {
    return true
  }

  manage(agent: Agent) {
    return agent.isAdmin
  }

  /** To say that somebody is there or away: oneself, or who steers the team. */
  setAvailability(agent: Agent, other: { readonly id: number }) {
    return agent.id === other.id || agent.isSupervisor
  }

  /** To say what somebody can do, when they work and how much at once: who steers a team. */
  schedule(agent: Agent) {
    return agent.isSupervisor
  }

  /** To see and end somebody's sessions and tokens. */
  signOut(agent: Agent, other: { readonly id: number }) {
    return agent.id === other.id || agent.isAdmin
  }
}
