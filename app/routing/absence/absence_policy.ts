import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may plan, see and end absences. Everybody sees who is away until when; why, only the person and supervisors. */
export default class AbsencePolicy extends BasePolicy {
  /** To plan one: for oneself, or who steers the team for anybody. */
  planFor(agent: Agent, other: { readonly id: number }) {
    return agent.isWorker && (agent.id === other.id || agent.isSupervisor)
  }

  /** To change, end or call off this one. */
  change(agent: Agent, absence: { readonly agentId: number }) {
    return this.planFor(agent, { id: absence.agentId })
  }

  /** To read the kind, the reason, the hand-over note and the list of tickets. */
  read(agent: Agent, absence: { readonly agentId: number }) {
    return agent.id === absence.agentId || agent.isSupervisor
  }

  /** To start it for somebody who is not here. */
  startFor(agent: Agent) {
    return agent.isSupervisor
  }

  /** To let a substitute into an inbox that he may not see otherwise. */
  lend(agent: Agent) {
    return agent.isSupervisor
  }
}
