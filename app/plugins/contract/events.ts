import type { DateTime } from 'luxon'


export interface DomainEvents {
  'ticket:opened': { ticketId: number }
  /** `intendedForId`: whom it was meant for, where a substitute owns it instead. */
  'ticket:assigned': { ticketId: number; ownerId: number | null; teamId: number | null; intendedForId?: number }
  'ticket:resolved': { ticketId: number }
  'ticket:closed': { ticketId: number }
  'ticket:reopened': { ticketId: number }
  'message:received': { ticketId: number; messageId: number }
  'message:sent': { ticketId: number; messageId: number }
  'message:failed': { ticketId: number; messageId: number; reason: string }
  'message:unconfirmed': { ticketId: number; messageId: number }
  'call:missed': { ticketId: number; callId: number }
  'call:ended': { ticketId: number; callId: number }
  /** An agent is out of chat and telephone queues from now on, and back again. */
  'absence:started': { absenceId: number; agentId: number }
  'absence:ended': { absenceId: number; agentId: number; reason: string }
  /** Somebody acts on a ticket for its absent owner: an agent, or a team (an agent too once a member took it). */
  'coverage:engaged': {
    ticketId: number
    coverageId: number
    ownerId: number
    actingId: number | null
    actingTeamId: number | null
    absenceId: number | null
    /** Agents from the owner on. */
    path: number[]
    because: string
  }
  'coverage:released': {
    ticketId: number
    coverageId: number
    /** returned, kept, handed_over, closed, rule_changed, cover_unavailable, cancelled, offboarded, taken_back */
    reason: string
    ownerId: number
    actingId: number | null
    actingTeamId: number | null
    absenceId: number | null
  }
  'facts:changed': { customerId: number | null; ticketId: number | null }
  'customer:merged': { customerId: number; intoId: number }
  'customer:erased': { customerId: number }
}

export interface Actor { readonly kind: 'customer' | 'agent' | 'rule' | 'plugin' | 'system'; readonly id: string | null }

/** At least once, after commit, in no promised order: key your work on `id`. */
export interface DomainEvent<N extends keyof DomainEvents> {
  readonly id: number
  readonly name: N
  readonly at: DateTime
  readonly by: Actor
  /** The absent agent for whom `by` acted. */
  readonly onBehalfOfId: number | null
  readonly payload: DomainEvents[N]
}

