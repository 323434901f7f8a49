import type { Farewell } from '#channels/farewell'
import type { Capabilities, Incoming, IncomingMessage, Words } from '#plugin'
import type { Outcome } from '#channels/incoming_item'
import type { Actor, Cause } from '#support/actor'
import type Ticket from '#tickets/ticket'
import type { Ahead } from './ahead.js'
import type { IncomingFile } from './incoming_file.js'

/** An incoming item's row, as the gateway reads it. */
export interface ItemRow {
  readonly id: number
  readonly inbox_id: number
  readonly external_id: string
  readonly type: string
  readonly raw_path: string
  readonly bytes: number
  readonly received_at: number
  readonly via: string
  /** JSON (contract/travel.ts, Envelope). */
  readonly envelope: string | null
  readonly attempts: number
}

/** The part of an inbox that the steps ask for. */
export interface InboxFacts {
  readonly id: number
  readonly channel: string
  /** Every address that customers write to, normalised: none of them is a customer's. */
  readonly ours: ReadonlySet<string>
  readonly teamId: number | null
  /** Whose personal inbox it is. */
  readonly agentId: number | null
  readonly reopenWithinDays: number
  readonly autoReply: { readonly on: boolean; readonly text: string | null; readonly stopped: boolean }
  /** Whose it was has left not long ago. */
  readonly farewell: Farewell | null
  readonly terms: Capabilities
  /** The driver can tell a person's name and picture. */
  readonly knowsProfiles: boolean
}

/** What was read and made ready outside the transaction. */
export interface Prepared {
  readonly incoming: Incoming
  readonly text: string
  readonly visibleText: string | null
  readonly html: string | null
  readonly remoteImages: number
  readonly files: readonly IncomingFile[]
  /** Unique in the inbox: tells two mails with one Message-ID apart, and one mail fetched twice together. */
  readonly fingerprint: string
}

/** The end of an item's way: later steps do not run. */
export interface Stop {
  readonly outcome: Outcome
  /** Key of `gateway.*`, for an item that is set aside. */
  readonly reason?: string
  readonly values?: Record<string, string | number>
}

export type Step = (draft: InboundDraft) => Promise<Stop | void>

/** One incoming thing on its way through the steps, inside the one transaction. */
export class InboundDraft {
  customer: { readonly id: number; readonly created: boolean } | null = null
  ticket: Ticket | null = null
  /** The ticket it may belong to, as far as a guess goes. */
  possiblyOfId: number | null = null
  /** What the reader should be wary of, in words of `gateway.*`. */
  readonly warnings: Words[] = []
  /** What all who judge spam have agreed on. */
  spam: IncomingMessage['spam'] | null = null
  /** The team has blocked this sender. */
  blocked = false
  /** The old ticket that a new one goes on from. */
  followUpOfId: number | null = null
  messageId: number | null = null
  ticketId: number | null = null
  outcome: Outcome | null = null
  readonly flags = {
    /** A machine wrote it: it gets no automatic answer. */
    automatic: false,
    /** It answers by itself or reports: it wakes nobody and starts no clock. */
    quiet: false,
    /** Somebody who had no part in the ticket writes into it. */
    newParticipant: false,
    /** It claims to come from ourselves and cannot show it: it stands alone. */
    quarantined: false,
    /** It bears one of our own addresses as its sender. */
    fromOurselves: false,
    /** From before the desk: a copy of what we sent by another program. */
    wasSent: false,
    /** It names an id in our form without our signature. */
    forged: false,
    /** This ticket was opened for it. */
    opened: false,
  }

  constructor(
    readonly item: ItemRow,
    readonly inbox: InboxFacts,
    readonly prepared: Prepared,
    /** What was asked about the items of this transaction. */
    readonly ahead: Ahead
  ) {}

  /** From before the desk: recorded with its own time, and nothing follows from it. */
  get isHistory(): boolean {
    return this.item.via === 'import'
  }

  get incoming(): Incoming {
    return this.prepared.incoming
  }

  /** The message; a step that asks stands behind the ones that end everything else. */
  get message(): IncomingMessage {
    if (this.incoming.type !== 'message') throw new Error(`A ${this.incoming.type} has no message`)
    return this.incoming
  }

  get cause(): Cause {
    const by: Actor = this.customer && !(this.incoming.type === 'message' && this.incoming.outgoing) ? { kind: 'customer', id: this.customer.id } : null
    return { by, via: this.item.via, because: `incoming:${this.item.id}`, ...(this.isHistory && this.incoming.type === 'message' ? { at: this.message.at.toMillis() } : {}) }
  }
}
