/** A person or list as a message names it. */
export interface Mailbox {
  readonly name?: string
  readonly address: string
}

/** Where a forwarded message came from in the first place. */
export interface ForwardedFrom extends Mailbox {
  readonly subject?: string
  readonly sentAt?: string
  readonly to?: readonly Mailbox[]
  readonly cc?: readonly Mailbox[]
}

/** What a delivery report says about a message of ours. */
export interface Bounce {
  readonly recipient: string
  readonly recipients?: readonly string[]
  readonly action: string
  readonly status?: string
  readonly diagnostic?: string
  readonly reason: string
  readonly originalMessageId?: number | null
  /** Ms; until when the other server goes on trying. */
  readonly until?: number
}

/** A meeting that a message invites to, calls off or answers. Times in ISO 8601, UTC. */
export interface Invitation {
  readonly method: 'request' | 'cancel' | 'reply' | 'counter' | 'publish'
  readonly summary?: string
  readonly start?: string
  readonly end?: string
  readonly allDay?: boolean
  readonly place?: string
  readonly organiser?: Mailbox
  readonly attendees?: readonly Mailbox[]
}

export type Protection = 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted'

export interface SpamVerdict {
  readonly verdict: 'ham' | 'unsure' | 'spam'
  readonly score?: number
  readonly reasons: readonly string[]
}

/** SPF, DKIM and the like, each with its result. */
export interface Authentication {
  readonly verdict: 'verified' | 'unverified' | 'suspect'
  readonly checks: Readonly<Record<string, string>>
  /** Kept reasons (plugins/reasons.ts): what to be wary of, in words. */
  readonly warnings?: readonly string[]
}

/** Whom a draft would go to. */
export interface Envelope {
  readonly to?: readonly string[]
  readonly cc?: readonly string[]
  readonly bcc?: readonly string[]
  readonly subject?: string
  readonly uploadIds?: readonly number[]
}
