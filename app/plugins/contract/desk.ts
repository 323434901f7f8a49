import type { DateTime } from 'luxon'
import type { Inbox } from './channel.js'
import type { Fields, Values } from './fields.js'
import type { Customer } from './integrations.js'
import type { Tools } from './tools.js'
import type { Raw } from './travel.js'

/* The desk: everything a plugin may ask of the core. */

export type JobData = Record<string, string | number | null>

export interface Desk<S extends Fields> extends Tools {
  readonly settings: Values<S>
  customer(id: number): Promise<Customer>
  ticket(id: number): Promise<{ id: number; subject: string; status: string; customerId: number }>
  inbox(key: string): Promise<Inbox | null>
  /** The working inboxes of this plugin's own channel. */
  inboxes(): Promise<readonly Inbox[]>
  note(ticketId: number, text: string): Promise<void>
  link(customerId: number, externalId: string): Promise<void>
  /** Puts declared facts where rules, views and templates find them; a change is an event. */
  publish(about: { customerId: number } | { ticketId: number }, facts: Readonly<Record<string, string | number | boolean | null>>): Promise<void>
  /** The gateway's door for a plugin's own route: committed when it returns. */
  receive(inboxId: number, item: Raw): Promise<{ readonly duplicate: boolean }>
  enqueue(job: string, data: JobData, options?: { at?: DateTime; once?: string }): Promise<void>
  /** Wakes the open streams of a topic; `passing` (typing, at most 1 KB) is sent as it is and kept nowhere. */
  poke(topic: string, passing?: object): void
}

export interface Panel<S extends Fields> {
  readonly view: string
  readonly cacheSeconds?: number
  load(customer: Customer, desk: Desk<S>): Promise<object | null>
}

