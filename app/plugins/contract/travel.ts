import type { DateTime } from 'luxon'

/* What travels between a channel and the core. */

/**
 * Something to tell a person, in the reader's language: a key of the plugin's `lang/` (without the
 * plugin's name), its values, and what the other side said, verbatim. A plain string is shown as it is.
 */
export interface Words {
  readonly key: string
  readonly values?: Readonly<Record<string, string | number>>
  readonly detail?: string
}

export type Reason = string | Words

export interface Address {
  readonly kind: 'email' | 'phone' | 'handle'
  /** E-mail, E.164, or for a handle `<plugin id>:<id in the channel>`: two channels may use the same number for two people. */
  readonly value: string
  readonly name?: string
}

export interface File {
  readonly name: string
  readonly type: string
  readonly bytes?: number
  /** An inline part: the id its HTML refers to. */
  readonly contentId?: string
  /** @throws FileNotHad (files.ts) where the provider does not hand it over; asked again by the desk, and by a person who wants it */
  open(): Promise<NodeJS.ReadableStream>
}

/** One thing that arrived, byte for byte; kept before anybody reads it. */
export interface Raw {
  /** Unique within the inbox; a second one with the same id is the same item. */
  readonly externalId: string
  /** `message/rfc822`, `application/json`, … */
  readonly type: string
  readonly at: DateTime
  readonly body: Uint8Array | NodeJS.ReadableStream
  readonly envelope?: Envelope
}

/** What a socket of the plugin's own knows of the one who handed it over, beside what he says in it. */
export interface Envelope {
  /** IP address. */
  readonly client?: string
  /** The name the client gave itself. */
  readonly helo?: string
  /** To whom it returns; empty: to nobody. */
  readonly sender?: string
}

/** The same, read back from the drive; today, or in a year by "Process again". */
export interface Stored extends Omit<Raw, 'body'> {
  readonly bytes: number
  open(): Promise<NodeJS.ReadableStream>
  text(): Promise<string>
}

/** An invitation to a meeting, its change, cancellation or answer (iCalendar, RFC 5545 and 5546). */
export interface Invitation {
  readonly method: 'request' | 'cancel' | 'reply' | 'counter' | 'publish'
  readonly summary?: string
  /** ISO 8601 in UTC; of a whole day its midnight. */
  readonly start?: string
  readonly end?: string
  readonly allDay?: boolean
  readonly place?: string
  readonly organiser?: { readonly name?: string; readonly address: string }
  readonly attendees?: readonly { readonly name?: string; readonly address: string }[]
}

/** How the contents of a mail are sealed; nothing here verifies a signature. */
export type Protection = 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted'

export interface IncomingMessage {
  readonly type: 'message'
  /** The message's own id in the channel: Message-ID, mid, wamid. */
  readonly externalId: string
  /** An echo: sent in our name from a phone, a page inbox, a mail client. */
  readonly outgoing?: boolean
  readonly from: Address
  /** Other addresses that the channel vouches for as the same person's: a user id beside a phone number. */
  readonly alsoFrom?: readonly Address[]
  readonly to?: readonly Address[]
  readonly cc?: readonly Address[]
  readonly replyTo?: Address
  /** The others named there: an answer goes to all of them (RFC 5322 §3.6.2). */
  readonly alsoReplyTo?: readonly Address[]
  /** Whether one of this inbox's own addresses, aliases too, is among `to` and `cc`; absent where the channel cannot tell. */
  readonly addressed?: boolean
  /** When it came: the order of a thread. */
  readonly at: DateTime
  /** When its sender says it was written; only shown. */
  readonly sentAt?: DateTime
  readonly text: string
  /** Without quoted history and signature. */
  readonly visibleText?: string
  readonly html?: string
  readonly subject?: string
  readonly files?: readonly File[]
  readonly invitation?: Invitation
  readonly protection?: Protection
  /** Our `reference`, where the channel echoes it: proof that this is what we sent. `partReference` counts too. */
  readonly reference?: string
  /** What the channel says of it besides its words: a button was pressed, a story answered, an advertisement led here. */
  readonly remarks?: readonly Reason[]
  /** Hints for threading, `marks` being what looks like a signed mark of ours. The core decides. */
  readonly thread?: { readonly key?: string; readonly answers?: readonly string[]; readonly inReplyTo?: string; readonly marks?: readonly string[] }
  /** Out-of-office, list, machine: recorded, never answered. */
  readonly automatic?: boolean
  /** Which kind of machine; a `reply` or a report wakes nobody, a `notice` or `bulk` may be a customer's shop system. */
  readonly automaticKind?: AutomaticKind
  /** A form wrote it for somebody: the person is in `replyTo`. */
  readonly byForm?: boolean
  readonly forwardedFrom?: Forwarded
  readonly trust?: Trust
  readonly spam?: { readonly verdict: 'ham' | 'unsure' | 'spam'; readonly score?: number; readonly reasons: readonly string[] }
  /**
   * What tells this message from another one with the same id, however often and by whichever inbox
   * it arrives. Absent: the moment of its arrival does.
   */
  readonly identity?: string
}

/**
 * `reply`: an out-of-office note or another answer by itself · `notice`: a system tells something ·
 * `bulk`, `list`: to many · `receipt`: it was read · `complaint`: marked as spam over there (ARF) ·
 * `report`: about our domain (DMARC, TLS) · `loop`: what an Opora has sent by itself
 */
export type AutomaticKind = 'reply' | 'notice' | 'bulk' | 'list' | 'receipt' | 'complaint' | 'report' | 'loop'

/** Whose message was sent on: text that anybody can write, so nothing is ever answered to it without a person. */
export interface Forwarded extends Address {
  readonly subject?: string
  /** ISO 8601 where it could be understood, else as it stood there. */
  readonly sentAt?: string
  readonly to?: readonly Address[]
  readonly cc?: readonly Address[]
}

/** How far the sender is who he says: `suspect` is shown in red, with the warnings in words. */
export interface Trust {
  readonly verdict: 'verified' | 'unverified' | 'suspect'
  /** Method and result: `{spf: 'pass', dkim: 'none', dmarc: 'fail'}`. */
  readonly checks: Readonly<Record<string, string>>
  readonly warnings?: readonly Words[]
}

export interface IncomingReceipt {
  readonly type: 'receipt'
  /** The id of our message it is about; with `upTo` any id of the receipt itself. */
  readonly externalId: string
  readonly status: 'sent' | 'delivered' | 'read' | 'failed'
  readonly at: DateTime
  readonly reason?: Reason
  /** Our `reference`, where the channel gives it back. */
  readonly reference?: string
  /** Instead of one message: all that we sent to this person up to a moment. */
  readonly upTo?: { readonly to: Address; readonly at: DateTime }
  /** With `failed`: this person cannot be reached on this channel. */
  readonly unreachable?: boolean
}

export interface IncomingBounce {
  readonly type: 'bounce'
  readonly externalId: string
  /** Ids of ours it names, surest first. `proven` only if one carries our signature. */
  readonly answers: readonly string[]
  readonly proven: boolean
  /** The first of `recipients`. */
  readonly recipient: string
  /** All it tells of, in the words of the other server; `aliases` are what they were called before they were sent on. */
  readonly recipients?: readonly string[]
  readonly aliases?: readonly string[]
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
  readonly status?: string
  readonly diagnostic?: string
  readonly reason: string
  /** Until when the other server goes on trying, of one that is delayed. */
  readonly until?: DateTime
  readonly from?: Address
  readonly subject?: string
  readonly to?: readonly Address[]
  readonly cc?: readonly Address[]
  /** What the other server wrote for people, and how it looks; the returned mail is among its files. */
  readonly text?: string
  readonly html?: string
  readonly files?: readonly File[]
  readonly at: DateTime
  /** When its sender says it was written; only shown. */
  readonly sentAt?: DateTime
}

/** Somebody edited, unsent or reacted to a message; `of` is its id in the channel. A reaction of null was taken back. */
export interface IncomingChange {
  readonly type: 'change'
  readonly externalId: string
  readonly of: string
  readonly change: { readonly kind: 'edited'; readonly text: string } | { readonly kind: 'deleted' } | { readonly kind: 'reaction'; readonly emoji: string | null }
  readonly from: Address
  readonly at: DateTime
  /** It opens the window for answers, as a message would. */
  readonly opensWindow?: boolean
}

/** Something about the person on the other side that is no message: came by a link, subscribed, left. */
export interface IncomingSign {
  readonly type: 'sign'
  readonly externalId: string
  readonly from: Address
  readonly at: DateTime
  /** It opens the window for answers, as a message would. */
  readonly opensWindow?: boolean
  /** Whether this person can be reached on this channel from now on. */
  readonly reachable?: boolean
  /** Said on the customer's open tickets of this inbox. */
  readonly remark?: Reason
}

/** We were not connected, and what came in that time will not be sent again. Named on the inbox and on its open tickets. */
export interface IncomingGap {
  readonly type: 'gap'
  readonly externalId: string
  readonly from: DateTime
  readonly at: DateTime
}

/** Something of which this plugin makes nothing: kept, and shown in the list of what was set aside. */
export interface IncomingOther {
  readonly type: 'other'
  readonly externalId: string
  /** The provider's own word for it. */
  readonly kind: string
  readonly at: DateTime
}

/** All that is known of a call so far: a later one repeats and adds, so a lost one heals. */
export interface IncomingCall {
  readonly type: 'call'
  readonly externalId: string
  readonly direction: 'inbound' | 'outbound' | 'internal'
  readonly state: 'ringing' | 'answered' | 'ended' | 'missed' | 'voicemail' | 'rejected' | 'cancelled' | 'blocked' | 'failed'
  /** Absent if withheld. */
  readonly customer?: Address
  readonly line?: string
  readonly queue?: string
  /** Extensions that ring now: each gets the screen pop. */
  readonly ringing?: readonly string[]
  readonly answeredBy?: string
  readonly startedAt: DateTime
  readonly answeredAt?: DateTime
  readonly endedAt?: DateTime
  readonly recording?: { readonly ref: string; readonly seconds?: number }
  readonly tags?: readonly string[]
}

export interface IncomingReview {
  readonly type: 'review'
  readonly externalId: string
  readonly author?: string
  readonly stars: number
  readonly outOf: number
  readonly text: string
  readonly orderNumber?: string
  readonly answer?: string
  readonly url?: string
  readonly at: DateTime
}

export type Incoming = IncomingMessage | IncomingReceipt | IncomingBounce | IncomingChange | IncomingSign | IncomingGap | IncomingOther | IncomingCall | IncomingReview

export interface OutgoingMessage {
  readonly id: number
  /** Put it wherever the channel echoes something back (metadata, tracking_data, Message-ID). */
  readonly reference: string
  /** The name a customer sees beside the inbox's address. */
  readonly fromName?: string
  readonly to: Address
  /** Further recipients beside `to`. */
  readonly alsoTo?: readonly Address[]
  readonly cc?: readonly Address[]
  readonly bcc?: readonly Address[]
  readonly text: string
  readonly html?: string
  readonly subject?: string
  readonly files: readonly File[]
  readonly thread: { readonly key?: string; readonly references: readonly string[] }
  readonly template?: { readonly name: string; readonly language: string; readonly parameters: readonly string[] }
  /** Tries already made, and when the first was; a channel may give up after a while. */
  readonly attempts: number
  readonly firstTriedAt?: DateTime
  readonly lastIncomingAt?: DateTime
  /** False for anything a rule or the system wrote. */
  readonly byPerson: boolean
  /** Our signed mark of the ticket, for an address of our own that answers come to: `r.<ticket>.<mark>`. */
  readonly replyMark?: string
}

/**
 * Expected outcomes are values. A throw is tried again on a repeatable channel, or if the error says that nothing
 * left (`fetch` marks refused connections so); otherwise it counts as unknown.
 */
export type Sent =
  /** `parts`: the ids of the parts before the last one, where a message left in several. */
  | { readonly outcome: 'sent'; readonly externalId: string; readonly parts?: readonly string[] }
  /** `unreachable`: this person cannot be written to on this channel, until he writes again. */
  /** `tooLarge`: for its size alone; the desk may send its files as links instead. */
  | { readonly outcome: 'refused'; readonly reason: Reason; readonly unreachable?: boolean; readonly tooLarge?: boolean }
  | { readonly outcome: 'later'; readonly reason: Reason; readonly after?: DateTime }
  | { readonly outcome: 'unknown'; readonly reason: Reason }

/** A `note` is worth knowing although all is well; null takes the last one away, absent leaves it. */
export type Health = { readonly ok: true; readonly note?: Reason | null } | { readonly ok: false; readonly reason: Reason }

/** The channel accepted it under this id. */
export const sent = (externalId: string, parts: readonly string[] = []): Sent => ({ outcome: 'sent', externalId, ...(parts.length > 0 ? { parts } : {}) })
/** It will never be accepted; the reason is shown to the agent in words. */
export const refused = (reason: Reason, { unreachable = false, tooLarge = false } = {}): Sent => ({ outcome: 'refused', reason, ...(unreachable ? { unreachable } : {}), ...(tooLarge ? { tooLarge } : {}) })
/** Not now; tried again at `after`, or after the usual back-off. */
export const later = (reason: Reason, after?: DateTime): Sent => ({ outcome: 'later', reason, after })
/** We cannot tell whether it left. A person decides. */
export const unknown = (reason: Reason): Sent => ({ outcome: 'unknown', reason })
