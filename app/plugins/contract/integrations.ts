import type { DateTime } from 'luxon'
import type { Inbox } from './channel.js'
import type { Desk } from './desk.js'
import type { Fields, Values } from './fields.js'
import type { Address, File, Sent } from './travel.js'

/* What integrations can do for the core. Each is optional; the core asks every enabled plugin that has it. */

/** A decimal string, never a float; ISO 4217. */
export interface Money { readonly amount: string; readonly currency: string }

export interface Customer {
  readonly id: number
  readonly name: string
  readonly addresses: readonly Address[]
  readonly companyId?: string
  readonly vatId?: string
  /** This customer's ids in other systems, by plugin. */
  readonly links: Readonly<Record<string, string>>
}

export interface Order {
  readonly id: string
  readonly number: string
  readonly at: DateTime
  readonly status: { readonly name: string; readonly group: 'new' | 'processing' | 'shipped' | 'delivered' | 'cancelled' | 'returned' | 'other' }
  readonly paid: boolean | null
  readonly total: Money
  readonly items: readonly { readonly name: string; readonly code?: string; readonly quantity: string; readonly total?: Money }[]
  readonly shipments: readonly { readonly carrier: string; readonly number?: string; readonly url?: string }[]
  /** To see whether the order is the writer's own. */
  readonly email?: string
  readonly customerNote?: string
  readonly internalNote?: string
  readonly url?: string
}

export interface Shop<S extends Fields> {
  orders(customer: Customer, desk: Desk<S>, limit: number): Promise<readonly Order[]>
  order(number: string, desk: Desk<S>): Promise<Order | null>
}

export interface Party {
  readonly id: string
  readonly kind: 'person' | 'company'
  readonly name: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly companyId?: string
  readonly owner?: string
  readonly url?: string
}

export type Query = { readonly email?: string; readonly phone?: string; readonly companyId?: string; readonly name?: string }
export interface Deal { readonly id: string; readonly name: string; readonly state: 'open' | 'won' | 'lost'; readonly value?: Money; readonly url?: string }

export interface Crm<S extends Fields> {
  find(query: Query, desk: Desk<S>): Promise<readonly Party[]>
  deals(partyId: string, desk: Desk<S>): Promise<readonly Deal[]>
  /** Writes a conversation or call down as an activity; `reference` makes a repeat findable. */
  log(partyId: string, entry: { readonly kind: 'message' | 'call' | 'note'; readonly title: string; readonly text: string; readonly at: DateTime; readonly seconds?: number; readonly reference: string }, desk: Desk<S>): Promise<Sent>
  lead?(lead: { readonly title: string; readonly customer: Customer; readonly reference: string }, desk: Desk<S>): Promise<Sent>
}

export interface Invoice {
  readonly id: string
  readonly number: string
  readonly kind: 'invoice' | 'proforma' | 'credit_note' | 'receipt' | 'other'
  readonly state: 'paid' | 'unpaid' | 'partial' | 'overdue' | 'cancelled' | 'unknown'
  /** Calendar days, `YYYY-MM-DD`; never through a Date. */
  readonly issuedOn?: string
  readonly dueOn?: string
  readonly paidOn?: string
  readonly total: Money
  readonly remaining?: Money
  readonly variableSymbol?: string
  readonly orderNumber?: string
  readonly url?: string
  readonly pdf: boolean
}

export interface Accounting<S extends Fields> {
  find(query: Query, desk: Desk<S>): Promise<readonly Party[]>
  invoices(partyId: string, desk: Desk<S>, limit: number): Promise<readonly Invoice[]>
  invoice(query: { readonly number?: string; readonly variableSymbol?: string; readonly orderNumber?: string }, desk: Desk<S>): Promise<readonly Invoice[]>
  /** Null: not ready yet, ask again in a second. */
  pdf(invoiceId: string, desk: Desk<S>): Promise<File | null>
}

export interface Telephony<C extends Fields> {
  /** Rings the agent first, then the customer. One click is one call: never repeated. */
  dial(request: { readonly extension: string; readonly number: string; readonly reference: string }, inbox: Inbox<C>): Promise<Sent>
  recording?(ref: string, inbox: Inbox<C>): Promise<File | null>
}

export interface Tracking {
  readonly status: 'registered' | 'in_transit' | 'out_for_delivery' | 'at_pickup_point' | 'delivered' | 'returning' | 'problem' | 'unknown'
  readonly events: readonly { readonly at: string; readonly text: string; readonly place?: string }[]
  readonly storedUntil?: string
}

export interface Shipments<S extends Fields> {
  /** The carrier's page for this number, or null if it is not this carrier's. Needs no network. */
  link(carrier: string, number: string, desk: Desk<S>): string | null
  track?(carrier: string, number: string, desk: Desk<S>): Promise<Tracking | null>
}

/** A deed in the other system that an agent finds on the card. */
export interface Action<S extends Fields> {
  readonly about: 'customer' | 'order' | 'invoice' | 'ticket'
  /** Only `none` may run from a rule. `message` (may write to the customer) and `money` (moves money or goods) ask a person each time and are audited. */
  readonly risk: 'none' | 'message' | 'money'
  readonly fields?: Fields
  /** `key` is the same on every repeat of one click. */
  run(input: { readonly id: string; readonly values: Values<Fields>; readonly key: string }, desk: Desk<S>): Promise<Sent>
}

