import type { HttpContext } from '@adonisjs/core/http'
import type Agent from '#people/agent'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

/**
 * Begins a session on this computer. What the visitor's session held is left behind, and its id changes:
 * nobody can have planted one.
 */
export async function signIn(ctx: HttpContext, agent: Agent) {
  ctx.session.clear()
  await ctx.auth.use('web').login(agent)
  await transaction(() => record('agent:signed_in', { agentId: agent.id }, { by: { kind: 'agent', id: agent.id, via: 'page', ip: ctx.request.ip() } }))
}
