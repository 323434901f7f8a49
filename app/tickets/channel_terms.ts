import type { Capabilities } from '#plugin'
import { textLength } from '#plugin'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction } from '#support/transaction'

/*
 * What the channel of an inbox takes, as the verbs of a ticket ask. Tickets know no channel: whoever
 * does answers (channels/terms.ts).
 */

type AnswerTerms = (inbox: { readonly channel: string; readonly config: string }) => Capabilities | null

let answer: AnswerTerms = () => null

/** Says who knows the channels. */
export function answerTermsBy(how: AnswerTerms) {
  answer = how
}

/** What a channel takes; null when its plugin is switched off. `inbox` holds the row's `channel` and `config`. */
export const termsOf: AnswerTerms = (inbox) => answer(inbox)

/** Letters have a subject, copies, a signature and quoted history; chats have none of them. */
export function isChat(terms: Capabilities | null): boolean {
  return terms !== null && terms.threads !== 'references'
}

/** What may be written now: anything; by a person only; by template only; nothing. `until` is the end of that, ms. */
export interface ReplyWindow {
  readonly mode: 'free' | 'person' | 'template' | 'closed'
  readonly until: number | null
}

const HOUR_MS = 3_600_000

/**
 * The window for answers at a moment.
 *
 * @param fromAt - when the customer last did something that opens it, ms; null: never
 */
export function windowAt(terms: Capabilities | null, fromAt: number | null, at = nowMs()): ReplyWindow {
  const window = terms?.window
  if (!window) return { mode: 'free', until: null }
  const ends = (hours: number) => (fromAt ?? 0) + hours * HOUR_MS
  if (fromAt !== null && at < ends(window.hours)) return { mode: 'free', until: ends(window.hours) }
  if (fromAt !== null && window.byPersonHours && at < ends(window.byPersonHours)) return { mode: 'person', until: ends(window.byPersonHours) }
  return { mode: window.templates ? 'template' : 'closed', until: null }
}

/**
 * The customer did something that opens the window for answers, at the channel's time `at` (ms). It counts for
 * every ticket of this customer in this inbox, and only moves forward.
 */
export async function openWindow({ inboxId, customerId, at, window }: { inboxId: number; customerId: number; at: number; window: NonNullable<Capabilities['window']> }) {
  await openTransaction()
    .from('tickets')
    .where({ inbox_id: inboxId, customer_id: customerId })
    .where((query) => query.whereNull('window_from_at').orWhere('window_from_at', '<', at))
    .update({ window_from_at: at, window_until_at: at + window.hours * HOUR_MS, window_person_until_at: window.byPersonHours ? at + window.byPersonHours * HOUR_MS : null })
}

/** When the customer last opened the window of this inbox, ms; in whichever ticket. */
export async function windowFrom(inboxId: number, customerId: number): Promise<number | null> {
  const row = await openTransaction().from('tickets').where({ inbox_id: inboxId, customer_id: customerId }).max('window_from_at as at').first()
  return row?.at === null || row?.at === undefined ? null : Number(row.at)
}

interface Written {
  readonly text: string
  readonly copies: boolean
  readonly automatic: boolean
  readonly template: boolean
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: number }[]
  /** When it would leave, ms. */
  readonly leavesAt: number
}

/**
 * Stops what the channel would not take, in words, before anything is written.
 *
 * @throws DomainError 422
 */
export async function mustBeAcceptable(written: Written, { terms, inboxId, customerId }: { terms: Capabilities | null; inboxId: number; customerId: number }) {
  if (!terms) return
  if (isChat(terms) && written.copies) throw new DomainError('chat.errors.no_copies', 422)
  if (written.template && !terms.window?.templates) throw new DomainError('chat.errors.no_templates', 422)
  if (terms.text && textLength(written.text, terms.text.unit) > terms.text.max * (terms.text.parts ?? 1)) {
    throw new DomainError('chat.errors.too_long', 422, { max: terms.text.max * (terms.text.parts ?? 1), unit: terms.text.unit, count: textLength(written.text, terms.text.unit) })
  }
  if (terms.files?.count && written.files.length > terms.files.count) throw new DomainError('chat.errors.too_many_files', 422, { count: terms.files.count })
  for (const file of written.files) mustTakeFile(file, terms)
  if (!terms.window) return

  const window = windowAt(terms, await windowFrom(inboxId, customerId), written.leavesAt)
  if (written.template || window.mode === 'free') return
  if (window.mode === 'person' && !written.automatic) return
  const key = { person: 'window_person', template: 'window_template', closed: 'window_closed' }[window.mode]
  throw new DomainError(`chat.errors.${key}`, 422, { hours: terms.window.byPersonHours && !written.automatic ? terms.window.byPersonHours : terms.window.hours })
}

/** @throws DomainError 422 naming the file */
export function mustTakeFile({ name, type, bytes }: { name: string; type: string; bytes: number }, terms: Capabilities) {
  // A channel of letters takes any file; its server says itself what is too much.
  if (!terms.files || !isChat(terms)) return
  const fits = (pattern: string) => pattern === type || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)))
  if (terms.files.types && !terms.files.types.some(fits)) throw new DomainError('chat.errors.file_type', 422, { name, type })
  const own = Object.entries(terms.files.maxBytesOf ?? {}).find(([pattern]) => fits(pattern))
  const max = own?.[1] ?? terms.files.maxBytes
  if (bytes > max) throw new DomainError('chat.errors.file_size', 422, { name, megabytes: Math.floor(max / 1_000_000) })
}
