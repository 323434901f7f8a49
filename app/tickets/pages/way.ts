import db from '@adonisjs/lucid/services/db'
import type { Capabilities } from '#plugin'
import { kindOf } from '#channels/outbound/address_kind'
import { isChat, termsOf, windowAt, type ReplyWindow } from '#tickets/channel_terms'
import type { Sheet } from './sheet.js'
import type { Entry, Thread } from './thread.js'

/** The way an answer takes: its inbox, what the channel takes now, and what else there is. */
export interface ReplyWay {
  readonly inboxId: number
  readonly inboxName: string
  readonly channel: string
  readonly chat: boolean
  /** Chosen by hand; the ticket's own would be another. */
  readonly chosen: boolean
  readonly terms: Capabilities | null
  /** `unreachable`: nobody can be written to there. */
  readonly mode: ReplyWindow['mode'] | 'unreachable'
  readonly until: number | null
  /** Hours after which the stricter rule began; null where the customer never wrote. */
  readonly hours: number | null
  /** A kept reason why nobody can be reached, or null. */
  readonly unreachable: string | null
  readonly templates: readonly ComposerTemplate[]
  readonly others: readonly OtherWay[]
  /** Where a letter would go that begins a new exchange; null for chats. */
  readonly email: string | null
}

export interface OtherWay {
  readonly inboxId: number
  readonly channel: string
  readonly address: string
}

export interface ComposerTemplate {
  readonly name: string
  readonly language: string
  readonly body: string
  readonly placeholders: readonly string[]
}

/** Templates that one composer offers. */
const MOST_TEMPLATES = 50
const LIVING = ['new', 'open', 'pending', 'snoozed', 'resolved']

/** Letters by the ticket's own inbox cost no query; chats, and another way that somebody chose, a few. */
export async function readWay(sheet: Sheet, thread: Thread, { via, access }: { via?: number; access: readonly number[] | 'all' }): Promise<ReplyWay> {
  const last = thread.items.filter((item): item is Entry => item.type === 'message' && item.kind === 'inbound').at(-1)
  const own = last && last.inboxId !== sheet.inbox.id ? await ownWay(sheet, last.inboxId) : sheet.inbox
  const chosen = via && via !== own.id ? await usable(via, access) : null
  const inbox = chosen ?? own
  const terms = termsOf(inbox)
  if (!isChat(terms) && !chosen && own.id === sheet.inbox.id) return { ...named(inbox), chat: false, chosen: false, terms, mode: 'free', until: null, hours: null, unreachable: null, templates: [], others: [], email: null }

  const fromAt = await windowFromOf(inbox.id, sheet.customer.id)
  const window = windowAt(terms, fromAt)
  const unreachable = isChat(terms) ? await unreachableOf(sheet.customer.id, inbox.channel, last?.address ?? null) : null
  const hours = fromAt === null ? null : window.mode !== 'person' && terms?.window?.byPersonHours ? terms.window.byPersonHours : (terms?.window?.hours ?? null)
  return {
    ...named(inbox),
    chat: isChat(terms),
    chosen: chosen !== null,
    terms,
    mode: unreachable ? 'unreachable' : window.mode,
    until: window.until,
    hours,
    unreachable: unreachable?.reason ?? null,
    templates: terms?.window?.templates ? await templatesOf(inbox.id) : [],
    others: await otherWays(sheet, inbox.id, access),
    email: isChat(terms) ? null : await emailOf(sheet.customer.id),
  }
}

interface WayInbox {
  readonly id: number
  readonly name: string
  readonly channel: string
  readonly config: string
}

const named = ({ id, name, channel }: WayInbox) => ({ inboxId: id, inboxName: name, channel })

/** Who wrote last on another channel is answered there (tickets/composition.ts has the rule). */
async function ownWay(sheet: Sheet, inboxId: number): Promise<WayInbox> {
  const inbox = await db.from('inboxes').where('id', inboxId).whereNull('deleted_at').select('id', 'name', 'channel', 'config').first()
  return inbox && inbox.channel !== sheet.channel ? inbox : sheet.inbox
}

async function usable(inboxId: number, access: readonly number[] | 'all'): Promise<WayInbox | null> {
  if (access !== 'all' && !access.includes(inboxId)) return null
  return db.from('inboxes').where('id', inboxId).whereNull('deleted_at').select('id', 'name', 'channel', 'config').first()
}

async function windowFromOf(inboxId: number, customerId: number): Promise<number | null> {
  const row = await db.from('tickets').where({ inbox_id: inboxId, customer_id: customerId }).max('window_from_at as at').first()
  return row?.at === null || row?.at === undefined ? null : Number(row.at)
}

/** Whether the address that would be written to is marked; of a customer with several another may still be reached. */
async function unreachableOf(customerId: number, channel: string, address: string | null): Promise<{ reason: string | null } | null> {
  const marks = await db.from('unreachable_addresses').join('addresses', 'addresses.id', 'unreachable_addresses.address_id').where('addresses.customer_id', customerId).where('unreachable_addresses.channel', channel).select('addresses.value', 'unreachable_addresses.reason')
  return (address ? marks.find(({ value }) => value === address) : marks[0]) ?? null
}

async function templatesOf(inboxId: number): Promise<ComposerTemplate[]> {
  const rows = await db.from('channel_templates').where({ inbox_id: inboxId, state: 'approved' }).orderBy('name').orderBy('language').limit(MOST_TEMPLATES).select('name', 'language', 'body', 'placeholders')
  return rows.map(({ name, language, body, placeholders }) => ({ name, language, body, placeholders: JSON.parse(placeholders) }))
}

/** By letter, where an address is known; by another chat in which this customer has written lately. */
async function otherWays(sheet: Sheet, inboxId: number, access: readonly number[] | 'all'): Promise<OtherWay[]> {
  const inboxes: (WayInbox & { address: string | null })[] = await db
    .from('inboxes')
    .whereNull('deleted_at')
    .whereNull('paused_at')
    .whereNot('id', inboxId)
    .if(access !== 'all', (query) => query.whereIn('id', access === 'all' ? [] : [...access]))
    .orderBy('id')
    .limit(200)
    .select('id', 'name', 'channel', 'config')
  const chats = inboxes.filter((inbox) => isChat(termsOf(inbox))).map(({ id }) => id)
  const wrote = chats.length === 0 ? [] : await db.from('tickets').where('customer_id', sheet.customer.id).whereIn('inbox_id', chats).whereIn('status', LIVING).groupBy('inbox_id').select('inbox_id').max('window_from_at as at')
  const email = await emailOf(sheet.customer.id)

  const letters = inboxes.filter((inbox) => termsOf(inbox)?.threads === 'references')
  const byLetter = letters.find(({ id }) => id === sheet.inbox.id) ?? letters[0]
  return [
    ...(byLetter && email ? [{ inboxId: byLetter.id, channel: byLetter.channel, address: email }] : []),
    ...inboxes.flatMap((inbox) => {
      const here = wrote.find((row) => row.inbox_id === inbox.id)
      const mode = here && windowAt(termsOf(inbox), here.at === null ? null : Number(here.at)).mode
      return mode === 'free' || mode === 'person' ? [{ inboxId: inbox.id, channel: inbox.channel, address: inbox.name }] : []
    }),
  ]
}

async function emailOf(customerId: number): Promise<string | null> {
  const row = await db.from('addresses').where({ customer_id: customerId, kind: 'email' }).whereNull('invalid_at').whereNot('value', 'like', '%@invalid').orderBy('id').select('value').first()
  return row?.value ?? null
}

/** A recipient as people read it: the channel's own ids tell nobody anything. */
export function readableAddress({ name, address }: { readonly name?: string; readonly address: string }): string {
  return kindOf(address) === 'handle' ? (name ?? address.replace(/^[a-z-]+:/, '')) : address
}
