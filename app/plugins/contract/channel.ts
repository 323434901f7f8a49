import type { DateTime } from 'luxon'
import type { Fields, Values } from './fields.js'
import type { Tools } from './tools.js'
import type { Address, File, Health, Incoming, OutgoingMessage, Raw, Sent, Stored } from './travel.js'

/* One channel: what the driver of a mailbox, page, number or widget does. */

/** One connected mailbox, number, page, phone line or chat widget. */
export interface Inbox<C extends Fields = Fields> extends Tools {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly config: Values<C>
}

/** A hook call as it came; `body` is the untouched bytes that a signature covers. */
export interface HookCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly at: DateTime
}

export interface ChannelDriver<C extends Fields> {
  /** Settings of one inbox, as against `settings` of the whole plugin. */
  /**
   * Keys may be nested by a dot (`imap.host`): the API and the form nest them.
   */
  readonly config: C
  readonly capabilities: {
    readonly body: 'text' | 'html' | 'none'
    readonly threads: 'references' | 'native' | 'customer'
    readonly text?: { readonly max: number; readonly unit: 'characters' | 'bytes' }
    readonly files?: { readonly maxBytes: number; readonly types?: readonly string[] }
    /** Hours after the customer's last message: free, then by a person only, then by template if there are any. */
    readonly window?: { readonly hours: number; readonly byPersonHours?: number; readonly templates?: boolean }
    /** Sending the same reference twice does no harm, proven by the channel. */
    readonly repeatable: boolean
    /** `send` must run where this inbox's `poll` runs: a session lives there. */
    readonly sticky?: boolean
  }
  /** Turns stored bytes into what they mean. No network but downloads of files; may run again. */
  read(item: Stored, inbox: Inbox<C>): readonly Incoming[] | Promise<readonly Incoming[]>
  /** Reads the words of a stored item once more, in an encoding that a person has chosen because its own label lies. */
  readAs?(item: Stored, encoding: string, inbox: Inbox<C>): Promise<{ readonly subject?: string; readonly text: string }>
  send?(message: OutgoingMessage, inbox: Inbox<C>): Promise<Sent>
  signal?(signal: 'typing' | 'seen', to: Address, inbox: Inbox<C>): Promise<void>
  profile?(of: Address, inbox: Inbox<C>): Promise<{ readonly name?: string; readonly picture?: File } | null>
  webhook?: {
    /** False: 401, a log line, nothing kept. Compare in constant time. */
    verify(call: HookCall, inbox: Inbox<C>): boolean | Promise<boolean>
    /** Cuts one call into its events; finds ids, leaves meaning to `read`. */
    split(call: HookCall, inbox: Inbox<C>): readonly Raw[]
    /** The provider's handshake on GET: the text to answer, or null for 403. */
    handshake?(call: HookCall, inbox: Inbox<C>): string | null
  }
  poll?: {
    readonly everySeconds: number
    fetch(inbox: Inbox<C>, cursor: string | null, signal: AbortSignal): Promise<{ items: readonly Raw[]; cursor: string }>
  }
  /** The address customers write to, as people read it. */
  address?(config: Values<C>): string | null
  check(inbox: Inbox<C>): Promise<Health>
}

/** Lets TypeScript infer C, so that no driver ever writes a generic. */
export function channel<const C extends Fields>(driver: ChannelDriver<C>): ChannelDriver<C> {
  return driver
}

