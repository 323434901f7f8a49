import i18nManager from '@adonisjs/i18n/services/main'
import { normaliseAddress } from '#customers/identity'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import { now } from '#support/clock'
import { readReplyMark } from '#channels/outbound/reference'
import Ticket from '#tickets/ticket'
import type { Colleague } from '../ahead.js'
import { messagesByIds } from '../answered.js'
import type { InboundDraft, Stop } from '../draft.js'

/**
 * A colleague writes from his own mail program into a ticket:
 *
 * - to the ticket's address for notes, or to nobody but us: a note
 * - to the ticket's address for answers: an answer to the customer, if the mail shows that it is really his
 * - to the customer as well: the customer has it already, so it is kept as our answer
 *
 * What cannot be shown to be his is kept as a note and never sent: anybody can write his address.
 */
export async function takeFromAgent(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'message' || draft.message.outgoing || draft.flags.automatic) return
  const { message } = draft
  if (message.from.kind !== 'email' || !hasSign(draft)) return
  const agent = await draft.ahead.colleague(message.from.value)
  if (!agent) return

  const { ticket, kind } = await ticketOf(draft)
  if (!ticket || (await isCustomerOf(ticket, message.from.value))) return
  draft.ticketId = ticket.id
  const known = await alreadyTaken(draft, ticket)
  if (known) return known
  const verified = message.trust?.verdict === 'verified'
  const words = (draft.prepared.visibleText ?? draft.prepared.text).trim()
  const files = draft.prepared.files.filter(({ inline }) => !inline)
  const cause = { by: { kind: 'agent' as const, id: agent.id }, via: 'mail', because: `incoming:${draft.item.id}` }

  if (verified && kind === 'r' && words !== '') {
    const reply = await ticket.reply({ text: words, files }, cause)
    await openTransaction().from('messages').where('id', reply.id).update({ fingerprint: draft.prepared.fingerprint })
    draft.messageId = reply.id
  } else if (verified && kind !== 'n' && (await wentToCustomer(draft, ticket))) {
    draft.messageId = await keepAsOurs(draft, ticket, agent)
  } else {
    const note = await noteText(words, agent, message.from.value, verified, kind === 'r')
    await ticket.note({ text: note, files: draft.prepared.files, fingerprint: draft.prepared.fingerprint }, verified ? cause : { ...cause, by: null })
  }
  return { outcome: 'appended' }
}

/** The same mail again must neither be sent nor noted twice. */
async function alreadyTaken(draft: InboundDraft, ticket: Ticket): Promise<Stop | null> {
  const { fingerprint } = draft.prepared
  const trx = openTransaction()
  const message = await trx.from('messages').whereIn('inbox_id', [ticket.inboxId, draft.inbox.id]).where('fingerprint', fingerprint).select('id').first()
  const note = message ?? (await trx.from('notes').where('fingerprint', fingerprint).select('id').first())
  if (!note) return null
  draft.messageId = message?.id ?? null
  return { outcome: 'duplicate' }
}

/** Without any sign of a ticket it is an ordinary mail; most are, and cost no query. */
function hasSign({ message }: InboundDraft): boolean {
  return Boolean(message.thread?.marks?.length || message.thread?.answers?.length)
}

async function ticketOf(draft: InboundDraft): Promise<{ ticket: Ticket | null; kind: 'r' | 'n' | null }> {
  const marks = (draft.message.thread?.marks ?? []).map(readReplyMark)
  if (marks.includes('forged')) draft.flags.forged = true
  const mark = marks.find((one) => one && one !== 'forged')
  const id = mark && mark !== 'forged' ? mark.ticketId : ((await messagesByIds(draft, draft.message.thread?.answers ?? []))[0]?.ticket_id ?? null)
  if (!id) return { ticket: null, kind: null }
  let ticket = await Ticket.find(id, { client: openTransaction() })
  for (let step = 0; ticket?.mergedIntoId && step < 20; step++) ticket = await Ticket.find(ticket.mergedIntoId, { client: openTransaction() })
  return { ticket, kind: mark && mark !== 'forged' ? mark.kind : null }
}

/** Colleagues are customers too, of each other. */
async function isCustomerOf(ticket: Ticket, address: string): Promise<boolean> {
  const row = await openTransaction().from('addresses').where({ kind: 'email', value: normaliseAddress('email', address), customer_id: ticket.customerId }).select('id').first()
  return Boolean(row)
}

async function wentToCustomer({ message }: InboundDraft, ticket: Ticket): Promise<boolean> {
  const theirs = await openTransaction().from('addresses').where('customer_id', ticket.customerId).select('value')
  const values = new Set(theirs.map(({ value }) => value))
  return [...(message.to ?? []), ...(message.cc ?? [])].some(({ kind, value }) => values.has(normaliseAddress(kind, value)))
}

async function keepAsOurs(draft: InboundDraft, ticket: Ticket, agent: Colleague): Promise<number> {
  const { message, prepared, inbox, item } = draft
  const id = await ticket.receive(
    {
      kind: 'reply',
      inboxId: inbox.id,
      author: { kind: 'agent', id: String(agent.id) },
      fromName: message.from.name,
      fromAddress: message.from.value,
      to: (message.to ?? []).slice(0, 100).map(({ name, value }) => ({ ...(name ? { name } : {}), address: value })),
      cc: (message.cc ?? []).slice(0, 100).map(({ name, value }) => ({ ...(name ? { name } : {}), address: value })),
      subject: message.subject,
      text: prepared.text,
      visibleText: prepared.visibleText,
      html: prepared.html,
      externalId: message.externalId,
      fingerprint: prepared.fingerprint,
      incomingItemId: item.id,
      sentAt: message.at.toMillis(),
      receivedAt: Number(item.received_at),
      files: prepared.files,
      reopens: false,
    },
    draft.cause
  )
  ticket.lastAgentMessageAt = now()
  ticket.firstResponseAt ??= now()
  await ticket.keep()
  return id
}

async function noteText(words: string, agent: Colleague, address: string, verified: boolean, wasAnswer: boolean): Promise<string> {
  const i18n = i18nManager.locale(await setting('company.language'))
  const head = verified ? i18n.t('gateway.agent_mail.note', { name: agent.name }) : i18n.t(`gateway.agent_mail.${wasAnswer ? 'not_sent' : 'unverified'}`, { address })
  return `${head}\n\n${words}`
}
