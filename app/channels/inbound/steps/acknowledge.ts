import { normaliseAddress } from '#customers/identity'
import { now, nowMs } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import type { Address } from '#plugin'
import { NOBODY } from './find_customer.js'
import type { InboundDraft } from '../draft.js'

const DAY_MS = 86_400_000
/** The breaker of one inbox: so many within ten minutes are a loop or a flood. */
const MOST = 20
const WITHIN_MS = 600_000

/**
 * Confirms to the customer that we have got it, where the inbox wants that. It is for people who wrote to
 * us themselves (RFC 3834 §2): never for a machine, a list, a bounce, spam or a sender in doubt, never to
 * an address that was only read in a text; once a ticket, once a day for an address, and not in a flood. Where somebody has
 * left, that is told instead, and to whoever goes on writing too: once to each.
 */
export async function acknowledge(draft: InboundDraft): Promise<void> {
  const { inbox, ticket, cause } = draft
  const farewell = inbox.farewell?.text ? inbox.farewell : null
  const text = farewell?.text ?? (inbox.autoReply.on ? inbox.autoReply.text?.trim() : null)
  if (!text || inbox.autoReply.stopped || !deserves(draft)) return
  if (!draft.flags.opened && (!farewell || ticket!.sideOfId !== null || ticket!.automationStoppedAt !== null)) return
  const to = draft.message.byForm ? draft.message.replyTo! : draft.message.from
  const address = normaliseAddress(to.kind, to.value).slice(0, 254)
  if (!to.value.trim() || address === NOBODY || inbox.ours.has(address) || (await answeredToday(address)) || (farewell && (await toldBefore(address, inbox.id, farewell.fromAt)))) return
  if (await isFlooded(draft)) return stopAll(draft)

  const added = await openTransaction()
    .knexQuery()
    .table('auto_replies')
    .insert({ ticket_id: ticket!.id, inbox_id: inbox.id, address, created_at: nowMs() })
    .onConflict('ticket_id')
    .ignore()
    .returning('id')
  if (added.length === 0) return
  await ticket!.reply({ text: filled(text, draft, to), to: [{ address: to.value, ...(to.name ? { name: to.name } : {}) }], sendAt: now(), automatic: true }, { ...cause, by: null })
}

function deserves({ message, flags, ticket, spam, blocked, inbox, customer }: InboundDraft): boolean {
  if (message.outgoing || flags.automatic || flags.quarantined || flags.forged || blocked) return false
  if (ticket!.status === 'spam' || (spam && spam.verdict !== 'ham') || message.trust?.verdict === 'suspect') return false
  if (message.forwardedFrom || !customer) return false
  // Who writes in a chat writes to us; a group is not one person's matter.
  if (inbox.terms.threads !== 'references') return !message.replyTo
  return message.addressed ?? [...(message.to ?? []), ...(message.cc ?? [])].some(({ kind, value }) => inbox.ours.has(normaliseAddress(kind, value)))
}

async function answeredToday(address: string): Promise<boolean> {
  const row = await openTransaction().from('auto_replies').where('address', address).where('created_at', '>', nowMs() - DAY_MS).select('id').first()
  return Boolean(row)
}

async function toldBefore(address: string, inboxId: number, fromAt: number): Promise<boolean> {
  const row = await openTransaction().from('auto_replies').where({ address, inbox_id: inboxId }).where('created_at', '>=', fromAt).select('id').first()
  return Boolean(row)
}

async function isFlooded({ inbox }: InboundDraft): Promise<boolean> {
  const rows = await openTransaction().from('auto_replies').where('inbox_id', inbox.id).where('created_at', '>', nowMs() - WITHIN_MS).limit(MOST).select('id')
  return rows.length >= MOST
}

/** The alarm stands on the inbox until a person turns the answers on again. */
async function stopAll({ inbox, cause }: InboundDraft) {
  const trx = openTransaction()
  const stopped = await trx.from('inboxes').where('id', inbox.id).whereNull('auto_reply_stopped_at').update({ auto_reply_stopped_at: nowMs() })
  if (Number(stopped) !== 1) return
  await record('inbox:auto_reply_stopped', { inboxId: inbox.id }, { ...cause, by: null }, { inboxId: inbox.id, channel: inbox.channel })
  afterCommit(() => poke(['inboxes', `inbox-${inbox.id}`, 'health']))
}

/** `{number}` and `{name}` in the inbox's text; in a farewell who has left and who answers now. In one pass: no name fills another. */
function filled(text: string, { ticket, inbox }: InboundDraft, to: Address): string {
  const known: Record<string, string> = { number: `#${ticket!.id}`, name: to.name?.trim() ?? '', ...(inbox.farewell && { leaver: inbox.farewell.leaver, heir: inbox.farewell.heir }) }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(known, name) ? known[name] : whole))
}
