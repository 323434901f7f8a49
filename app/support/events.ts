import type { DomainEvents } from '#plugin'
import { nowMs } from './clock.js'
import { insertRows } from './inserting.js'
import { beforeCommit, leaves, openTransaction } from './transaction.js'
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
  'ticket:reminder_set': { ticketId: number; until: number }
  'ticket:reminder_dropped': { ticketId: number }
  /** The customer has not answered by the moment somebody named. */
  'ticket:reminded': { ticketId: number }
  'ticket:marked_spam': { ticketId: number }
  'ticket:unmarked_spam': { ticketId: number }
  /** Two machines were answering each other in it; nothing automatic is sent for it any more. */
  'ticket:automation_stopped': { ticketId: number }
  'ticket:automation_resumed': { ticketId: number }
  'message:also_received': { ticketId: number; messageId: number; inboxId: number }
  'inbox:auto_reply_stopped': { inboxId: number }
  /** So many tickets of spam were older than the admin lets them get. */
  'spam:purged': { count: number }
  'sender:ruled': { ruleId: number; verdict: string | null }
  'address:invalidated': { customerId: number; addressId: number }
  'address:confirmed': { customerId: number; addressId: number }
  'ticket:customised': { ticketId: number; fields: string[] }
  'ticket:customer_changed': { ticketId: number; from: number; to: number }
  'ticket:merged': { ticketId: number; intoId: number }
  'ticket:merged_in': { ticketId: number; fromId: number }
  'ticket:unmerged': { ticketId: number; fromId: number }
  'ticket:merged_out': { ticketId: number; otherId: number }
  'ticket:split': { ticketId: number; childId: number; messageIds: number[] }
  'ticket:linked': { ticketId: number; otherId: number; kind: string }
  'ticket:unlinked': { ticketId: number; otherId: number }
  'ticket:followed': { ticketId: number; agentId: number }
  'ticket:unfollowed': { ticketId: number; agentId: number }
  /** An agent took back, within seconds, what they had done. */
  'ticket:undone': { ticketId: number; actId: number; fields: string[] }
  'act:done': { actId: number; act: string; changed: number; asked: number }
  'act:undone': { actId: number; act: string; changed: number }
  'side:started': { ticketId: number; sideId: number }
  'side:written': { ticketId: number; sideId: number; messageId: number }
  'side:answered': { ticketId: number; sideId: number; messageId: number }
  'task:added': { ticketId: number; taskId: number; ownerId: number }
  'task:changed': { ticketId: number; taskId: number; fields: string[] }
  'task:due': { ticketId: number; taskId: number; ownerId: number }
  'task:done': { ticketId: number; taskId: number }
  'task:reopened': { ticketId: number; taskId: number }
  'task:removed': { ticketId: number; taskId: number }
  /** Somebody was named in an internal note. */
  'note:mentioned': { ticketId: number; noteId: number; agentId: number }
  'view:saved': { viewId: number }
  'view:changed': { viewId: number; fields: string[] }
  'view:deleted': { viewId: number }
  'note:added': { ticketId: number; noteId: number }
  'note:edited': { ticketId: number; noteId: number }
  'note:deleted': { ticketId: number; noteId: number }
  'message:queued': { ticketId: number; messageId: number }
  'message:retried': { ticketId: number; messageId: number }
  'message:cancelled': { ticketId: number; messageId: number }
  /** A person said that it arrived, when nothing else could tell. */
  'message:confirmed': { ticketId: number; messageId: number }
  /** It leaves at another moment than it would have. */
  'message:planned': { ticketId: number; messageId: number }
  'message:held': { ticketId: number; messageId: number }
  'message:delivered': { ticketId: number; messageId: number }
  'message:read': { ticketId: number; messageId: number }
  'handover:given': Given
  'handover:asked': Given
  'handover:escalated': Given
  /** Sent back by who got it; `handoverId` is the return's own. */
  'handover:returned': { ticketId: number; handoverId: number; toKind: string; toId: number; noteId: number | null }
  'handover:accepted': Settled
  'handover:declined': Settled
  'handover:answered': Settled
  'handover:withdrawn': Settled
  'deputy:named': { principalId: number; deputyId: number }
  'deputy:ended': { principalId: number; deputyId: number }
  'agent:offboarding_planned': { agentId: number; offboardingId: number; until: number }
  'agent:offboarding_cancelled': { agentId: number; offboardingId: number }
  'agent:offboarded': { agentId: number; offboardingId: number; moved: number }
  'agent:offboarding_undone': { agentId: number; offboardingId: number; moved: number }
  /** The customer edited, unsent or reacted to it. */
  'message:changed': { ticketId: number; messageId: number; kind: string }
  /** The channel told something of the customer: a kept reason (plugins/reasons.ts), never words of a person. */
  'ticket:signed': { ticketId: number; words: string }
  /** Its inbox was deaf between two moments, ms. */
  'ticket:gap': { ticketId: number; from: number; until: number }
  /** Somebody wants a file once more that could not be had when its message came. */
  'file:asked': { ticketId: number; messageId: number; attachmentId: number }
  'file:fetched': { ticketId: number; messageId: number; attachmentId: number }
  'file:not_fetched': { ticketId: number; messageId: number; attachmentId: number }
  'file:link_revoked': { ticketId: number; messageId: number; attachmentId: number }
  'file:link_renewed': { ticketId: number; messageId: number; attachmentId: number }
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
  /** An admin asked for something on its live panel, by the plugin's name for it. */
  'inbox:acted': { inboxId: number; channel: string; act: string }
  /** An admin was shown what opens the account behind it (a code to scan). */
  'inbox:revealed': { inboxId: number }
  'inbox:gap': { inboxId: number; from: number; until: number }
  'inbox:health_changed': { inboxId: number; ok: boolean }
  'import:started': { importId: number; inboxId: number; source: string }
  'import:stopped': { importId: number; inboxId: number }
  'import:resumed': { importId: number; inboxId: number }
  'import:ended': { importId: number; inboxId: number; outcome: string; taken: number; known: number; faulty: number }
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
  'absence:planned': AbsenceTold
  'absence:changed': AbsenceTold & { fields: string[] }
  'absence:cancelled': AbsenceTold
  /** One working day before it begins. */
  'absence:near': AbsenceTold
  'absence:accepted': { absenceId: number; agentId: number; ruleId: number }
  'absence:declined': { absenceId: number; agentId: number; ruleId: number }
  /** The absent agent signed in meanwhile. */
  'absence:signed_in': { absenceId: number; agentId: number }
  'absence:caught_up': { absenceId: number; agentId: number }
  'plan:changed': { agentId: number }
  /** The head of a batch: how many tickets of one owner changed hands to or from one who stands in. */
  'coverage:switched': { ownerId: number; absenceId: number | null; actingId: number | null; actingTeamId: number | null; engaged: number; released: number }
  /** Customers wait and nobody covers: told at once, then daily. */
  'coverage:gap': { absenceId: number; agentId: number; tickets: number }
  /** Not signed in two hours into the day, and customers wait: a supervisor may want to start an absence. */
  'agent:missed': { agentId: number; tickets: number }
  'access:granted': { agentId: number; inboxId: number; absenceId: number }
  'access:revoked': { agentId: number; inboxId: number; absenceId: number }
}

/** What the substitutes and the supervisors are told of an absence. */
export interface AbsenceTold {
  readonly absenceId: number
  readonly agentId: number
  /** Milliseconds since 1970 UTC; the end is open when null. */
  readonly startsAt: number
  readonly endsAt: number | null
  readonly coverAgentIds: readonly number[]
  readonly coverTeamIds: readonly number[]
}

/** A ticket, or a question about it, went to somebody. `dueAt`: ms. */
interface Given {
  ticketId: number
  handoverId: number
  toKind: string
  toId: number
  fromKind: string
  fromId: number | null
  noteId: number | null
  dueAt: number | null
}

/** Who got it settled it, or who gave it took it back. */
interface Settled {
  ticketId: number
  handoverId: number
  toKind: string
  toId: number
  createdById: number | null
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

/**
 * Records a domain event, in the transaction that is open. The rows of one transaction are written together, in the
 * order in which they were recorded, before it commits: nothing in it reads them.
 */
export async function record<N extends EventName>(name: N, payload: AllEvents[N], cause: Cause, about: About = {}) {
  keep([eventRow(name, payload, cause, about)])
}

/** The same for many of one kind at once: a batch of tickets that changed hands. By the system, unless said. */
export async function recordAll<N extends EventName>(
  name: N,
  entries: readonly { readonly payload: AllEvents[N]; readonly about?: About; readonly because?: string | null }[],
  cause: Cause = { by: null }
) {
  if (entries.length > 0) keep(entries.map(({ payload, about, because }) => eventRow(name, payload, { ...cause, because: because ?? cause.because }, about ?? {})))
}

type EventRow = ReturnType<typeof eventRow>

const waiting = new WeakMap<object, EventRow[]>()

function keep(rows: readonly EventRow[]) {
  const trx = openTransaction()
  const known = waiting.get(trx)
  if (known) return void known.push(...rows)
  const all = [...rows]
  waiting.set(trx, all)
  leaves('events')
  beforeCommit(async () => void (await insertRows('events', all)))
}

function eventRow(name: string, payload: object, { by, because, onBehalfOfId, via, at }: Cause, { ticket, customerId, inboxId, channel }: About) {
  const named: { readonly ticketId?: number; readonly customerId?: number; readonly inboxId?: number } = payload
  return {
    name,
    at: at ?? nowMs(),
    actor_kind: by?.kind ?? 'system',
    actor_id: by ? String(by.id) : null,
    on_behalf_of_id: onBehalfOfId ?? null,
    because: because ?? null,
    via: via ?? (by?.kind === 'agent' ? (by.via ?? 'page') : 'clock'),
    ip: by?.kind === 'agent' ? (by.ip ?? null) : null,
    ticket_id: ticket?.id ?? named.ticketId ?? null,
    customer_id: customerId ?? ticket?.customerId ?? named.customerId ?? null,
    inbox_id: inboxId ?? ticket?.inboxId ?? named.inboxId ?? null,
    channel: channel ?? ticket?.channel ?? null,
    owner_id: ticket?.ownerId ?? null,
    acting_id: ticket?.actingId ?? null,
    acting_team_id: ticket?.actingTeamId ?? null,
    team_id: ticket?.teamId ?? null,
    payload: JSON.stringify(payload),
  }
}
