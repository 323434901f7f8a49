import type { DateTime } from 'luxon'


export interface DomainEvents {
  'ticket:opened': { ticketId: number }
  'ticket:assigned': { ticketId: number; ownerId: number | null; teamId: number | null }
  'ticket:resolved': { ticketId: number }
  'ticket:closed': { ticketId: number }
  'ticket:reopened': { ticketId: number }
  'message:received': { ticketId: number; messageId: number }
  'message:sent': { ticketId: number; messageId: number }
  'message:failed': { ticketId: number; messageId: number; reason: string }
  'message:unconfirmed': { ticketId: number; messageId: number }
  'call:missed': { ticketId: number; callId: number }
  'call:ended': { ticketId: number; callId: number }
  'absence:started': { absenceId: number; agentId: number }
  'absence:ended': { absenceId: number; agentId: number }
  'coverage:engaged': { ticketId: number; coverageId: number }
  'coverage:released': { ticketId: number; coverageId: number; reason: string }
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

