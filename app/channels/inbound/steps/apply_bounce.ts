import i18nManager from '@adonisjs/i18n/services/main'
import type { IncomingBounce } from '#plugin'
import { findOrCreateCustomer, normaliseAddress } from '#customers/identity'
import { failDelivery, findDelivery, moveDelivery, type DeliveryRow } from '#channels/outbound/receipts'
import { ownReference } from '#channels/outbound/reference'
import { core } from '#channels/health'
import { nowMs } from '#support/clock'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import { openTicket } from '#tickets/open_ticket'
import Ticket from '#tickets/ticket'
import { messagesByIds } from '../answered.js'
import { NOBODY } from './find_customer.js'
import type { InboundDraft, Stop } from '../draft.js'

/** Enhanced status codes (RFC 3463) after which an address is not worth another try. */
const ADDRESS_IS_GONE = /^5\.(1\.[1236]|1\.10|2\.1)$/

/**
 * A mail server returns or delays a message of ours. Only our own signature proves which: then the
 * delivery fails and its ticket comes back to us. Without proof it is recorded as automatic mail and
 * changes nothing, for anybody can write a bounce.
 */
export async function applyBounce(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'bounce') return
  const bounce = draft.incoming
  const known = await alreadyHere(draft)
  if (known) return known

  const proven = await provenDelivery(draft, bounce)
  const failed = bounce.action === 'failed'
  if (proven && failed) {
    await failDelivery(proven, draft.inbox.channel, core('bounced', { word: bounce.reason }, bounce.diagnostic), draft.cause)
    if (bounce.status && ADDRESS_IS_GONE.test(bounce.status)) await markAddress(bounce.recipient)
  } else if (proven && bounce.action !== 'delayed') {
    await moveDelivery(proven, 'delivered', bounce.at.toMillis(), draft.cause)
  }

  const ticket = proven ? await Ticket.findOrFail(proven.ticket_id, { client: openTransaction() }) : await ticketOf(draft, bounce)
  draft.ticket = ticket
  draft.ticketId = ticket.id
  draft.messageId = await ticket.receive(
    {
      kind: 'bounce',
      inboxId: draft.inbox.id,
      author: { kind: 'system', id: null },
      subject: await subjectOf(bounce),
      text: [bounce.diagnostic, bounce.status].filter(Boolean).join('\n'),
      externalId: bounce.externalId,
      references: bounce.answers,
      fingerprint: draft.prepared.fingerprint,
      automatic: true,
      bounce: {
        recipient: bounce.recipient,
        action: bounce.action,
        status: bounce.status,
        diagnostic: bounce.diagnostic,
        reason: bounce.reason,
        originalMessageId: proven?.message_id ?? null,
      },
      incomingItemId: draft.item.id,
      sentAt: bounce.at.toMillis(),
      receivedAt: Number(draft.item.received_at),
      files: draft.prepared.files,
      reopens: Boolean(proven) && failed,
    },
    draft.cause
  )
  return { outcome: 'bounce' }
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
    const own = ownReference(id)
    if (own === 'forged') draft.flags.forged = true
    else if (own) {
      const delivery = await findDelivery(draft.inbox.id, id)
      if (delivery) return delivery
    }
  }
  return null
}

async function markAddress(recipient: string) {
  await openTransaction().from('addresses').where({ kind: 'email', value: normaliseAddress('email', recipient) }).whereNull('invalid_at').update({ invalid_at: nowMs() })
}

/** Where an unproven one is shown: beside the message it names, else on a ticket of its own, aside. */
async function ticketOf(draft: InboundDraft, bounce: IncomingBounce): Promise<Ticket> {
  const [named] = await messagesByIds(draft.inbox.id, bounce.answers)
  if (named) return Ticket.findOrFail(named.ticket_id, { client: openTransaction() })
  const customer = await findOrCreateCustomer({ kind: 'email', value: bounce.recipient.trim() || NOBODY }, draft.cause)
  return openTicket(
    { inboxId: draft.inbox.id, channel: draft.inbox.channel, customerId: customer.id, subject: await subjectOf(bounce), category: 'bounce' },
    { ...draft.cause, by: null }
  )
}

async function subjectOf({ recipient }: IncomingBounce) {
  return i18nManager.locale(await setting('company.language')).t('gateway.bounce_subject', { recipient })
}
