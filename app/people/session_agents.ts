import { symbols } from '@adonisjs/auth'
import type { SessionGuardUser, SessionUserProviderContract } from '@adonisjs/auth/types/session'
import Agent from '#people/agent'

/**
 * Who a session belongs to. It names the agent and the epoch it was begun in: signing out everywhere, a
 * new password or leaving raises the agent's epoch, and with that every older session is void at its next
 * request, wherever it is kept.
 */
export class SessionAgents implements SessionUserProviderContract<Agent> {
  declare [symbols.PROVIDER_REAL_USER]: Agent

  async createUserForGuard(agent: Agent): Promise<SessionGuardUser<Agent>> {
    return { getId: () => `${agent.id}.${agent.sessionEpoch}`, getOriginal: () => agent }
  }

  async findById(identifier: string | number | BigInt): Promise<SessionGuardUser<Agent> | null> {
    const [id, epoch] = String(identifier).split('.').map(Number)
    if (!Number.isInteger(id) || !Number.isInteger(epoch)) return null
    const agent = await Agent.query().where({ id, session_epoch: epoch }).whereNull('deactivated_at').first()
    return agent ? this.createUserForGuard(agent) : null
  }
}
