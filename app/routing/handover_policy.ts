import { BasePolicy } from '@adonisjs/bouncer'
import type Agent from '#people/agent'
import { reading } from '#support/transaction'

type Between = { readonly toKind: string; readonly toId: number; readonly createdById: number | null }

/** Who may settle a hand-over: who got it answers, who gave it takes it back; a supervisor either. */
export default class HandoverPolicy extends BasePolicy {
  async settle(agent: Agent, { toKind, toId }: Between) {
    if (!agent.isWorker) return false
    if (agent.isSupervisor || (toKind === 'agent' && toId === agent.id)) return true
    if (toKind === 'agent') return false
    return Boolean(await reading().from('team_members').where({ team_id: toId, agent_id: agent.id }).select('team_id').first())
  }

  withdraw(agent: Agent, { createdById }: Between) {
    return agent.isWorker && (agent.isSupervisor || createdById === agent.id)
  }
}
