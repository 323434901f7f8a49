import type { DateTime } from 'luxon'
import i18nManager from '@adonisjs/i18n/services/main'
import type { IncomingBounce } from '#plugin'
import { findOrCreateCustomer, normaliseAddress } from '#customers/identity'
import { failDelivery, findDelivery, moveDelivery, type DeliveryRow } from '#channels/outbound/receipts'
import { ownReference } from '#channels/outbound/reference'
import { core } from '#channels/health'
import { settle as settleResponsible } from '#routing/coverage/coverage'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import type { Mailbox } from '#tickets/message_parts'
import { openTicket } from '#tickets/open_ticket'
import Ticket from '#tickets/ticket'
import type { InboundMessage } from '#tickets/ticket/receiving'
import { messagesByIds } from '../answered.js'
import { NOBODY } from './find_customer.js'
import { mailboxes } from './open_or_append.js'
import type { InboundDraft, Stop } from '../draft.js'

/** Enhanced status codes (RFC 3463) after which an address is not worth another try; and the words for the same. */
const ADDRESS_IS_GONE = /^5\.(1\.[12368]|1\.10|2\.1)$/
const GONE_WORDS = new Set(['userunknown', 'hostunknown', 'suspend', 'hasmoved'])
/** Failures that may pass: so many within so long make an address as good as gone. */
const SOFT_MOST = 3
const SOFT_WITHIN_MS = 7 * 86_400_000

/**
 * A mail server returns or delays a message of ours. Only our own signature proves which: then the
 * delivery fails and its ticket comes back to us. Without proof it is kept aside and changes nothing,
 * for anybody can write a bounce.
 */
export async function applyBounce(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'bounce') return
  const bounce = draft.incoming
  const known = await alreadyHere(draft)
  if (known) return known

  const proven = await provenDelivery(draft, bounce)
  const failed = bounce.action === 'failed'
  if (proven) await settle(draft, bounce, proven)

  const ticket = proven ? await Ticket.findOrFail(proven.ticket_id, { client: openTransaction() }) : await ticketOf(draft, bounce)
  draft.ticket = ticket
  draft.ticketId = ticket.id
  const message = await reportOf(draft, bounce, proven?.message_id ?? null)
  draft.messageId = await ticket.receive({ ...message, reopens: Boolean(proven) && failed && !ticket.mergedIntoId }, draft.cause)
  // Back to whoever works on it now: its owner may have left for the week since.
  if (proven && failed) await settleResponsible(ticket)
  return { outcome: 'bounce' }
}

/** A report from before the desk: it stands beside the mail that it names, else closed on a ticket of its own, and changes nothing. */
export async function rememberBounce(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'bounce') return
  const bounce = draft.incoming
  const known = await alreadyHere(draft)
  if (known) return known
  draft.ticket = await ticketOf(draft, bounce, bounce.at)
  draft.ticketId = draft.ticket.id
  draft.messageId = await draft.ticket.remember(await reportOf(draft, bounce, null), bounce.at, draft.cause)
  return { outcome: 'bounce' }
}

/** The report as its ticket takes it: a mail like others, with what it says about ours. */
async function reportOf({ inbox, item, prepared }: InboundDraft, bounce: IncomingBounce, originalMessageId: number | null): Promise<InboundMessage> {
  return {
    kind: 'bounce',
    inboxId: inbox.id,
    author: { kind: 'system', id: null },
    fromName: bounce.from?.name,
    fromAddress: bounce.from?.value,
    to: mailboxes(bounce.to),
    cc: mailboxes(bounce.cc),
    subject: bounce.subject || (await subjectOf(bounce)),
    text: prepared.text || [bounce.diagnostic, bounce.status].filter(Boolean).join('\n'),
    html: prepared.html,
    remoteImages: prepared.remoteImages,
    externalId: bounce.externalId,
    references: bounce.answers,
    fingerprint: prepared.fingerprint,
    automatic: true,
    bounce: {
      recipient: bounce.recipient,
      recipients: (bounce.recipients ?? [bounce.recipient]).slice(0, 50),
      action: bounce.action,
      status: bounce.status,
      diagnostic: bounce.diagnostic,
      reason: bounce.reason,
      originalMessageId,
      until: bounce.until?.toMillis(),
    },
    incomingItemId: item.id,
    sentAt: (bounce.sentAt ?? bounce.at).toMillis(),
    receivedAt: Number(item.received_at),
    files: prepared.files,
  }
}

/** What a proven report does: to the delivery when one of those it was written to did not get it, to the addresses always. */
async function settle(draft: InboundDraft, bounce: IncomingBounce, proven: DeliveryRow) {
  if (bounce.action === 'delayed') return
  if (bounce.action !== 'failed') {
    await moveDelivery(proven, 'delivered', bounce.at.toMillis(), draft.cause)
    return
  }
  const message = await openTransaction().from('messages').where('id', proven.message_id).select('to', 'cc', 'bcc').firstOrFail()
  const named = new Set([bounce.recipient, ...(bounce.recipients ?? []), ...(bounce.aliases ?? [])].map((address) => normaliseAddress('email', address)))
  const [to, others] = [valuesOf(message.to), [...valuesOf(message.cc), ...valuesOf(message.bcc)]]
  const theirs = await openTransaction().from('addresses').join('tickets', 'tickets.customer_id', 'addresses.customer_id').where('tickets.id', proven.ticket_id).where('addresses.kind', 'email').limit(50).select('addresses.value')
  const missed = [...new Set([...to, ...others, ...theirs.map(({ value }) => value)])].filter((address) => named.has(address))
  // Sent on to an address that we do not know: then it was the one we wrote to, if that was the only one.
  const onlyCopies = missed.length > 0 && missed.every((address) => others.includes(address) && !to.includes(address))
  if (!onlyCopies) await failDelivery(proven, draft.inbox.channel, core('bounced', { word: bounce.reason }, bounce.diagnostic), draft.cause)
  const hard = bounce.status ? ADDRESS_IS_GONE.test(bounce.status) || (/^5\.[05]\.0$/.test(bounce.status) && GONE_WORDS.has(bounce.reason)) : GONE_WORDS.has(bounce.reason)
  for (const address of missed.slice(0, 50)) await noteFailure(draft, proven.message_id, address, hard)
}

function valuesOf(json: string): string[] {
  return (JSON.parse(json) as Mailbox[]).map(({ address }) => normaliseAddress('email', address))
}

/** One hard failure, or three that may pass within seven days, and the address counts as invalid until somebody writes from it. */
async function noteFailure({ cause }: InboundDraft, messageId: number, value: string, hard: boolean) {
  const trx = openTransaction()
  const address = await trx.from('addresses').where({ kind: 'email', value }).select('id', 'customer_id', 'invalid_at').first()
  if (!address) return
  const at = nowMs()
  await trx.knexQuery().table('address_failures').insert({ address_id: address.id, message_id: messageId, hard: hard ? 1 : 0, created_at: at }).onConflict(['address_id', 'message_id']).ignore()
  const lately = await trx.from('address_failures').where('address_id', address.id).where('created_at', '>', at - SOFT_WITHIN_MS).limit(SOFT_MOST).select('id')
  if (address.invalid_at !== null || (!hard && lately.length < SOFT_MOST)) return
  await trx.from('addresses').where('id', address.id).update({ invalid_at: at })
  await record('address:invalidated', { customerId: address.customer_id, addressId: address.id }, { ...cause, by: null }, { customerId: address.customer_id })
}

async function alreadyHere(draft: InboundDraft): Promise<Stop | null> {
  const row = await openTransaction().from('messages').where({ inbox_id: draft.inbox.id, fingerprint: draft.prepared.fingerprint }).select('id', 'ticket_id').first()
  if (!row) return null
  draft.messageId = row.id
  draft.ticketId = row.ticket_id
  return { outcome: 'duplicate' }
}

async function provenDelivery(draft: InboundDraft, { answers }: IncomingBounce): Promise<DeliveryRow | null> {
  for (const id of answers) {
    const own = ownReference(id, draft.inbox.ours)
    if (own === 'forged') draft.flags.forged = true
    else if (own) {
      const delivery = await findDelivery(draft.inbox.id, id)
      if (delivery) return delivery
    }
  }
  return null
}

/** Where an unproven one is shown: beside the message it names, else on a ticket of its own, aside. */
async function ticketOf(draft: InboundDraft, bounce: IncomingBounce, before?: DateTime): Promise<Ticket> {
  const [named] = await messagesByIds(draft, bounce.answers)
  if (named) return Ticket.findOrFail(named.ticket_id, { client: openTransaction() })
  const customer = await findOrCreateCustomer({ kind: 'email', value: bounce.recipient.trim() || NOBODY }, draft.cause)
  return openTicket(
    { inboxId: draft.inbox.id, channel: draft.inbox.channel, customerId: customer.id, subject: await subjectOf(bounce), category: 'bounce', ...(before ? { status: 'closed', at: before } : {}) },
    { ...draft.cause, by: null }
  )
}

async function subjectOf({ recipient }: IncomingBounce) {
  return i18nManager.locale(await setting('company.language')).t('gateway.bounce_subject', { recipient })
}
