import hash from '@adonisjs/core/services/hash'
import db from '@adonisjs/lucid/services/db'
import Agent from '#people/agent'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { setting } from '#support/settings'
import { transaction } from '#support/transaction'
import type { Role } from './roles.js'
import { digest } from './secrets.js'

export interface NewAgent {
  readonly name: string
  readonly email: string
  readonly role: Role
  /** In clear; absent, the agent comes in by an invitation. */
  readonly password?: string
  readonly language?: string
  readonly timeZone?: string | null
  readonly restricted?: boolean
  readonly teamIds?: readonly number[]
}

/**
 * Adds somebody to the desk.
 *
 * @throws DomainError when the address is taken.
 */
export async function addAgent(person: NewAgent, cause: Cause): Promise<Agent> {
  const password = person.password ? await hash.make(person.password) : null
  const language = person.language ?? (await setting('company.language'))
  return transaction(async (trx) => {
    const email = agentEmail(person.email)
    if (await trx.from('agents').where('email', email).select('id').first()) throw new DomainError('people.errors.email_taken', 409)
    const agent = await Agent.create(
      {
        name: person.name,
        email,
        password,
        role: person.role,
        language,
        timeZone: person.timeZone ?? null,
        theme: 'system',
        keyboard: 1,
        restricted: person.restricted ? 1 : 0,
        availability: 'available',
        sessionEpoch: 0,
        invitedById: cause.by?.kind === 'agent' ? cause.by.id : null,
        deactivatedAt: null,
        inviteHash: null,
        createdAt: now(),
        updatedAt: now(),
      },
      { client: trx }
    )
    if (person.teamIds?.length) {
      await trx.table('team_members').multiInsert(person.teamIds.map((id) => ({ team_id: id, agent_id: agent.id })))
    }
    if (password) await record('agent:joined', { agentId: agent.id }, cause)
    return agent
  })
}

/** The form in which an agent's address is kept and compared. */
export function agentEmail(email: string) {
  return email.trim().toLowerCase()
}

/** Who has this address; deactivated agents too. */
export async function findByEmail(email: string) {
  return Agent.findBy('email', agentEmail(email))
}

/** Whose link this is, if it still works. */
export async function findInvited(secret: string): Promise<Agent | null> {
  const agent = await Agent.findBy('invite_hash', digest(secret))
  return agent?.inviteIsOpen && agent.isActive ? agent : null
}

/** Whether anybody has come in yet; if not, the desk shows its first page. */
export async function hasAgents(): Promise<boolean> {
  return (await db.from('agents').select('id').first()) !== null
}
