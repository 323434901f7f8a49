import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may look after teams: admins all of them, a supervisor the members of the own one. */
export default class TeamPolicy extends BasePolicy {
  list(agent: Agent) {
    return agent.isSupervisor
  }

  manage(agent: Agent) {
    return agent.isAdmin
  }

  staff(agent: Agent, team: { readonly supervisorId: number | null }) {
    return agent.isAdmin || (agent.isSupervisor && team.supervisorId === agent.id)
  }
}
