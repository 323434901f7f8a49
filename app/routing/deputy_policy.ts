import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'

/** Who may name somebody's deputy and end it: the principal, or who steers the team. A deputy may lay it down. */
export default class DeputyPolicy extends BasePolicy {
  name(agent: Agent, principalId: number) {
    return agent.isWorker && (agent.isSupervisor || agent.id === principalId)
  }

  end(agent: Agent, { principalId, deputyId }: { readonly principalId: number; readonly deputyId: number }) {
    return this.name(agent, principalId) || (agent.isWorker && agent.id === deputyId)
  }
}
