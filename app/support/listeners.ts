import type { AllEvents, EventName } from './events.js'
import type { Actor } from './actor.js'

/** An event as a listener gets it: after commit, at least once, in no promised order; key your work on `id`. */
export interface RecordedEvent<N extends EventName = EventName> {
  readonly id: number
  readonly name: N
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly by: Actor
  readonly onBehalfOfId: number | null
  readonly because: string | null
  readonly via: string
  readonly ticketId: number | null
  readonly customerId: number | null
  readonly inboxId: number | null
  readonly payload: AllEvents[N]
}

interface Listener {
  readonly id: string
  readonly names: ReadonlySet<string> | 'all'
  readonly handle: (event: RecordedEvent) => Promise<void>
}

interface Follower {
  readonly id: string
  readonly names: ReadonlySet<string>
  readonly handle: (events: readonly RecordedEvent[]) => Promise<void>
}

export const listeners = new Map<string, Listener>()
export const followers = new Map<string, Follower>()

/**
 * Hears of events, each in a job of its own: tried again until it works, then shown as a dead job.
 * For what reaches outside or may fail by itself: mail, push, plugins. Never told of what was taken over from before
 * (`via` is `import`): history is no news.
 *
 * @param id - stable; part of the job's key.
 */
export function listen<N extends EventName>(id: string, names: readonly N[] | 'all', handle: (event: RecordedEvent<N>) => Promise<void>) {
  listeners.set(id, { id, names: names === 'all' ? 'all' : new Set(names), handle: handle as Listener['handle'] })
}

/**
 * Hears of events in batches, inside the dispatcher's own transaction: exactly once, and one
 * commit for many. For our own tables only (the search index); it must not reach outside. A batch
 * that throws is told again event by event, as a job.
 */
export function follow<N extends EventName>(id: string, names: readonly N[], handle: (events: readonly RecordedEvent<N>[]) => Promise<void>) {
  followers.set(id, { id, names: new Set(names), handle: handle as Follower['handle'] })
}

/** Reads a row of `events`. */
export function readEvent(row: any): RecordedEvent {
  return {
    id: Number(row.id),
    name: row.name,
    at: Number(row.at),
    by: readActor(row.actor_kind, row.actor_id),
    onBehalfOfId: row.on_behalf_of_id,
    because: row.because,
    via: row.via,
    ticketId: row.ticket_id,
    customerId: row.customer_id,
    inboxId: row.inbox_id,
    payload: JSON.parse(row.payload),
  }
}

function readActor(kind: string, id: string | null): Actor {
  if (kind === 'system' || id === null) return null
  if (kind === 'plugin') return { kind, id }
  return { kind: kind as 'agent' | 'customer' | 'rule', id: Number(id) }
}
