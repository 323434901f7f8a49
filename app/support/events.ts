import type { DomainEvents } from '#plugin'
import { nowMs } from './clock.js'
import { leaves, openTransaction } from './transaction.js'
import type { Cause } from './actor.js'

/**
 * What the core records besides the events that plugins may hear. Payloads hold ids and
 * values only: no text, name or address, so that erasing a person leaves the counts true.
 */
export interface InternalEvents {
  'ticket:prioritised': { ticketId: number; from: string; to: string }
  'ticket:tagged': { ticketId: number; added: number[]; removed: number[] }
  'ticket:categorised': { ticketId: number; from: string; to: string }
  'ticket:renamed': { ticketId: number }
  'ticket:moved': { ticketId: number; fromTeamId: number | null; toTeamId: number | null }
  'ticket:waited': { ticketId: number; on: 'customer' | 'third_party' }
  'ticket:opened_again': { ticketId: number; from: string }
  'ticket:snoozed': { ticketId: number; until: number }
  'ticket:woken': { ticketId: number }
  'ticket:marked_spam': { ticketId: number }
  'ticket:unmarked_spam': { ticketId: number }
  /** Two machines were answering each other in it; nothing automatic is sent for it any more. */
  'ticket:automation_stopped': { ticketId: number }
  'ticket:automation_resumed': { ticketId: number }
  'message:also_received': { ticketId: number; messageId: number; inboxId: number }
  'inbox:auto_reply_stopped': { inboxId: number }
  'sender:ruled': { ruleId: number; verdict: string | null }
  'address:invalidated': { customerId: number; addressId: number }
  'address:confirmed': { customerId: number; addressId: number }
  'ticket:customised': { ticketId: number; fields: string[] }
  'ticket:customer_changed': { ticketId: number; from: number; to: number }
  'note:added': { ticketId: number; noteId: number }
  'note:edited': { ticketId: number; noteId: number }
  'note:deleted': { ticketId: number; noteId: number }
  'message:queued': { ticketId: number; messageId: number }
  'message:retried': { ticketId: number; messageId: number }
  'message:cancelled': { ticketId: number; messageId: number }
  /** A person said that it arrived, when nothing else could tell. */
  'message:confirmed': { ticketId: number; messageId: number }
  'message:held': { ticketId: number; messageId: number }
  'message:delivered': { ticketId: number; messageId: number }
  'message:read': { ticketId: number; messageId: number }
  'customer:created': { customerId: number }
  'customer:changed': { customerId: number; fields: string[] }
  'customer:images_allowed': { customerId: number; addressId: number }
  'agent:signed_in': { agentId: number }
  'agent:sign_in_failed': { agentId: number | null }
  'agent:signed_out': { agentId: number; everywhere: boolean }
  'agent:invited': { agentId: number; role: string }
  'agent:joined': { agentId: number }
  'agent:changed': { agentId: number; fields: string[] }
  'agent:presence_changed': { agentId: number; to: string }
  'agent:deactivated': { agentId: number }
  'agent:reactivated': { agentId: number }
  'team:changed': { teamId: number; fields: string[] }
  'token:created': { tokenId: number; agentId: number }
  'token:revoked': { tokenId: number; agentId: number }
  'inbox:created': { inboxId: number }
  'inbox:changed': { inboxId: number; fields: string[] }
  'inbox:deleted': { inboxId: number }
  'inbox:health_changed': { inboxId: number; ok: boolean }
  'incoming:replayed': { incomingId: number }
  'plugin:enabled': { plugin: string }
  'plugin:disabled': { plugin: string }
  'plugin:configured': { plugin: string }
  'plugin:health_changed': { plugin: string; connectionId: number; ok: boolean }
  'action:run': { plugin: string; action: string; risk: string; about: string; outcome: string }
  'settings:changed': { keys: string[] }
  'tag:created': { tagId: number }
  'tag:deleted': { tagId: number }
  'demo:seeded': { tickets: number }
}

export type AllEvents = DomainEvents & InternalEvents
export type EventName = keyof AllEvents

/** What an event is about, for the columns that lists and reports filter by. */
export interface About {
  readonly ticket?: TicketFacts
  readonly customerId?: number
  readonly inboxId?: number
  readonly channel?: string
}

/** The part of a ticket that each of its events keeps: who was responsible after it. */
export interface TicketFacts {
  readonly id: number
  readonly customerId: number
  readonly inboxId: number
  readonly channel: string
  readonly ownerId: number | null
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly teamId: number | null
}

/** Writes a domain event into `events`, in the transaction that is open. */
export async function record<N extends EventName>(name: N, payload: AllEvents[N], cause: Cause, about: About = {}) {
  leaves('events')
  await openTransaction().insertQuery().table('events').insert(eventRow(name, payload, cause, about))
}

function eventRow(name: string, payload: object, { by, because, onBehalfOfId, via, at }: Cause, { ticket, customerId, inboxId, channel }: About) {
  return {
    name,
    at: at ?? nowMs(),
    actor_kind: by?.kind ?? 'system',
    actor_id: by ? String(by.id) : null,
    on_behalf_of_id: onBehalfOfId ?? null,
    because: because ?? null,
    via: via ?? (by?.kind === 'agent' ? (by.via ?? 'page') : 'clock'),
    ip: by?.kind === 'agent' ? (by.ip ?? null) : null,
    ticket_id: ticket?.id ?? ('ticketId' in payload ? payload.ticketId : null),
    customer_id: customerId ?? ticket?.customerId ?? ('customerId' in payload ? payload.customerId : null),
    inbox_id: inboxId ?? ticket?.inboxId ?? ('inboxId' in payload ? payload.inboxId : null),
    channel: channel ?? ticket?.channel ?? null,
    owner_id: ticket?.ownerId ?? null,
    acting_id: ticket?.actingId ?? null,
    acting_team_id: ticket?.actingTeamId ?? null,
    team_id: ticket?.teamId ?? null,
    payload: JSON.stringify(payload),
  }
}
