import type { DateTime } from 'luxon'
import type { Fields, Values } from './fields.js'
import type { Tools } from './tools.js'
import type { Address, File, Health, Incoming, OutgoingMessage, Raw, Reason, Sent, Stored, Words } from './travel.js'

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

/** A page or an act of the driver's own, shown where the inbox is set up: a consent to give, a check to read. */
export interface InboxLink {
  readonly label: Words
  /** Under `/plugins/<id>/`. */
  readonly href: string
  /** It changes something, so it is a button that posts. */
  readonly act?: boolean
  /** What stands beside it, in words: that it is needed, or how it is. */
  readonly note?: Words
  readonly urgent?: boolean
}

/** What a channel takes and promises. Sizes are the provider's, so they stand with its driver and nowhere in the core. */
export interface Capabilities {
  readonly body: 'text' | 'html' | 'none'
  /** `customer`: one open ticket a customer; `native`: the channel has threads of its own. Both have no subject, copies, signature or quoted history. */
  readonly threads: 'references' | 'native' | 'customer'
  /** The longest text of one message, in the channel's own unit; up to `parts` of them carry a longer one (`splitText`). */
  readonly text?: { readonly max: number; readonly unit: 'characters' | 'bytes'; readonly parts?: number }
  readonly files?: FileTerms
  /**
   * Hours after the customer's last message: free, then by a person only, then by template if there are any.
   * `hours: 0` with templates: never free.
   */
  readonly window?: { readonly hours: number; readonly byPersonHours?: number; readonly templates?: boolean }
  /** Kinds of address this channel can write to; without it the address of the last message. */
  readonly writesTo?: readonly Address['kind'][]
  /** Marks that the customer's client shows as formatting; the thread shows them the same way. */
  readonly formatting?: { readonly bold?: string; readonly italic?: string; readonly strike?: string; readonly code?: string; readonly block?: string }
  /** Hours for which the provider keeps what it could not hand over while we were down; 0: not at all. Absent: for ever. */
  readonly replayHours?: number
  /** Sending the same reference twice does no harm, proven by the channel. */
  readonly repeatable: boolean
  /** `send` must run where this inbox's `poll` runs: a session lives there. */
  readonly sticky?: boolean
}

/** Which files a channel takes. */
export interface FileTerms {
  /** Bytes of one file. */
  readonly maxBytes: number
  /** Media types, `image/*` too; absent: any. */
  readonly types?: readonly string[]
  /** Where a type has a limit of its own: `{ 'image/*': 8_000_000 }`. */
  readonly maxBytesOf?: Readonly<Record<string, number>>
  /** Files of one message. */
  readonly count?: number
}

/** A text that the provider approved; the only thing it takes when the window is closed. */
export interface Template {
  readonly name: string
  /** The provider's code: `cs`, `en_US`. */
  readonly language: string
  /** With placeholders `{{1}}`, `{{2}}` … in the order of `placeholders`. */
  readonly body: string
  /** What to write into each, in words: an example or a name. */
  readonly placeholders: readonly string[]
  readonly state: 'approved' | 'pending' | 'rejected' | 'paused'
  readonly category?: string
}

/** What is to be taken over of a source. Times bound the messages' own. */
export interface ImportRange {
  /** A file or folder on this machine, for sources that have one. */
  readonly path?: string
  /** For a source with folders: which; absent: all that hold messages of people. */
  readonly folders?: readonly string[]
  readonly since?: DateTime
  readonly until?: DateTime
}

/**
 * A place that old messages are taken from. The host keeps the place reached, stops and goes on; what comes is
 * recorded with its own time and fires nothing.
 */
export interface ImportSource<C extends Fields> {
  /** `file` (by its endings) or `folder` on this machine; `account`: what the inbox itself is connected to. */
  readonly from: 'file' | 'folder' | 'account'
  readonly endings?: readonly string[]
  /** What is there, before anything is taken. */
  survey(inbox: Inbox<C>, range: ImportRange, signal: AbortSignal): Promise<readonly { readonly place: string; readonly count: number }[]>
  /** The next messages after a cursor (null: from the beginning), and those that cannot be had; a cursor of null is the end. */
  fetch(inbox: Inbox<C>, range: ImportRange, cursor: string | null, signal: AbortSignal): Promise<{ readonly items: readonly Raw[]; readonly faults?: readonly { readonly place: string; readonly reason: Reason }[]; readonly cursor: string | null }>
}

/** A part of an inbox's settings page, drawn again every few seconds while it is open: a QR code, a live state. */
export interface InboxPanel<C extends Fields> {
  /** `<id>::<name>`; gets `data` and `inbox`. */
  readonly view: string
  /**
   * What the view shows. `reveals`: it shows what opens the account, so it is recorded who saw it; `tellsHealth`: it says
   * itself how the connection is, so the page does not.
   */
  load(inbox: Inbox<C>): Promise<object & { readonly reveals?: boolean; readonly tellsHealth?: boolean }>
  /** What its buttons do: a form posts the name as `act` to `/admin/inboxes/<id>/state`. Gives why it could not be done, or null. Recorded by its name. */
  readonly acts?: Readonly<Record<string, (inbox: Inbox<C>) => Promise<Reason | null>>>
}

export interface ChannelDriver<C extends Fields> {
  /**
   * Settings of one inbox, as against `settings` of the whole plugin. Keys may be nested by a dot
   * (`imap.host`): the API and the form nest them.
   */
  readonly config: C
  readonly capabilities: Capabilities
  /** What of the capabilities the settings of one inbox change: two transports, a feature that must be granted. */
  terms?(config: Values<C>): Partial<Capabilities>
  /** Turns stored bytes into what they mean. No network but downloads of files; may run again. */
  read(item: Stored, inbox: Inbox<C>): readonly Incoming[] | Promise<readonly Incoming[]>
  /** Reads the words of a stored item once more, in an encoding that a person has chosen because its own label lies. */
  readAs?(item: Stored, encoding: string, inbox: Inbox<C>): Promise<{ readonly subject?: string; readonly text: string }>
  send?(message: OutgoingMessage, inbox: Inbox<C>): Promise<Sent>
  /**
   * Keeps a copy of what was sent where the mailbox's other programs look for it, unless it is there already. Asked
   * after the message has left, and again until it works; nothing leaves by it.
   */
  keepCopy?(message: OutgoingMessage, inbox: Inbox<C>): Promise<void>
  /** Whether the other side shows that a message with this reference has left; null when it cannot tell. Settles an `unknown`. */
  hasLeft?(reference: string, inbox: Inbox<C>): Promise<boolean | null>
  /** Tells the customer that somebody writes, or has read up to now. Best effort: never repeated. */
  signal?(signal: 'typing' | 'seen', to: Address, inbox: Inbox<C>, about?: { readonly lastExternalId?: string }): Promise<void>
  /** Asked after a customer wrote for the first time, never while a message is taken in. */
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
    /** `health` says how the connection is when there is more to say than that it was asked. */
    fetch(inbox: Inbox<C>, cursor: string | null, signal: AbortSignal): Promise<{ items: readonly Raw[]; cursor: string; health?: Health }>
    /** Whether an inbox with these settings is asked at all; without it every one is. */
    when?(config: Values<C>): boolean
    /** The asking ends here: switched off, changed, stopped, or another process has it now. Give back what a session held. */
    end?(inbox: Inbox<C>): Promise<void>
  }
  /** The templates of this inbox as the provider has them; asked every hour and on demand. */
  templates?(inbox: Inbox<C>): Promise<readonly Template[]>
  /** Asked once a day: settings that must be renewed in time (a token that runs out), to be kept encrypted in the place of the old ones; null: nothing. */
  renew?(inbox: Inbox<C>): Promise<Partial<Values<C>> | null>
  panel?: InboxPanel<C>
  /** The address customers write to, as people read it. */
  address?(config: Values<C>): string | null
  /** Where messages from before the desk can be taken from, by name. */
  readonly imports?: Readonly<Record<string, ImportSource<C>>>
  links?(inbox: Inbox<C>): Promise<readonly InboxLink[]>
  check(inbox: Inbox<C>): Promise<Health>
}

/** Lets TypeScript infer C, so that no driver ever writes a generic. */
export function channel<const C extends Fields>(driver: ChannelDriver<C>): ChannelDriver<C> {
  return driver
}

