import db from '@adonisjs/lucid/services/db'
import type { DateTime } from 'luxon'
import { ApiTokenSchema } from '#database/schema'
import Agent from '#people/agent'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { record } from '#support/events'
import { openTransaction, transaction } from '#support/transaction'
import { digest, makeSecret } from './secrets.js'

export const ABILITIES = ['read', 'write', 'admin'] as const
export type Ability = (typeof ABILITIES)[number]

const PREFIX = 'op_'
const USED_EVERY_MS = 60_000

/** What a machine acts with in an agent's name. The secret itself is shown once and never kept. */
export default class ApiToken extends ApiTokenSchema {
  get isOpen() {
    return !this.revokedAt && (!this.expiresAt || this.expiresAt > now())
  }

  get can(): Ability[] {
    return this.abilities.split(',') as Ability[]
  }
}

/**
 * Makes a token for an agent.
 *
 * @returns its row, and the token itself, which nobody can find out again.
 */
export async function createToken(
  agent: Agent,
  { name, abilities, expiresAt = null }: { name: string; abilities: readonly Ability[]; expiresAt?: DateTime | null },
  cause: Cause = { by: agent }
): Promise<{ token: ApiToken; plain: string }> {
  const plain = PREFIX + makeSecret()
  const token = await transaction(async (trx) => {
    const made = await ApiToken.create(
      { agentId: agent.id, name: name.slice(0, 120), hash: digest(plain), abilities: [...new Set(abilities)].join(','), createdAt: now(), expiresAt, usedAt: null, revokedAt: null },
      { client: trx }
    )
    await record('token:created', { tokenId: made.id, agentId: agent.id }, cause)
    return made
  })
  return { token, plain }
}

/** The token and its agent, if both are in force. Its last use is kept to the minute. */
export async function findToken(plain: string): Promise<{ token: ApiToken; agent: Agent } | null> {
  if (!plain.startsWith(PREFIX)) return null
  const token = await ApiToken.findBy('hash', digest(plain))
  if (!token?.isOpen) return null
  const agent = await Agent.find(token.agentId)
  if (!agent?.isActive) return null

  const at = nowMs()
  if (!token.usedAt || at - token.usedAt.toMillis() > USED_EVERY_MS) {
    await db.from('api_tokens').where('id', token.id).update({ used_at: at })
  }
  return { token, agent }
}

/** Makes a token void from the next call on. */
export async function revokeToken(token: ApiToken, cause: Cause) {
  await transaction(async (trx) => {
    const changed = await trx.from('api_tokens').where('id', token.id).whereNull('revoked_at').update({ revoked_at: nowMs() })
    if (Number(changed) === 1) await record('token:revoked', { tokenId: token.id, agentId: token.agentId }, cause)
  })
}

/** Makes all tokens of an agent void, in the open transaction. */
export async function revokeTokens(agentId: number) {
  await openTransaction().from('api_tokens').where('agent_id', agentId).whereNull('revoked_at').update({ revoked_at: nowMs() })
}
