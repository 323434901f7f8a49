import i18nManager from '@adonisjs/i18n/services/main'
import type { QueryClientContract } from '@adonisjs/lucid/types/database'
import type { Cause } from '#support/actor'
import { DomainError } from '#support/domain_error'
import { setting } from '#support/settings'
import { openTransaction } from '#support/transaction'
import type { Capabilities } from '#plugin'
import type { TicketSchema } from '#database/schema'
import { isChat } from '#tickets/channel_terms'
import type { Mailbox } from '#tickets/message_parts'
import { sanitiseMail } from '#tickets/mail_html'
import type { Reply } from '#tickets/ticket/replyable'
import { whomToAnswer, type LastWords } from '#tickets/whom_to_answer'

/** How much of the customer's last message goes along as history (R037), in characters. */
const QUOTE_MAX = 2000

/**
 * Everything of an outgoing message but its ids: to whom, subject, text and HTML with signature and
 * short quoted history; an automatic one quotes nothing, or a forged sender could have us send his words on. Reads `messages` of the kinds a customer has seen, and never `notes`.
 */
export async function composeReply(ticket: TicketSchema, reply: Reply, cause: Cause, { inboxId, channel, terms }: Way) {
  const only = isChat(terms) || reply.inboxId !== undefined || inboxId !== ticket.inboxId
  const last = await lastSeenByCustomer(ticket.id, only ? inboxId : null)
  const to = reply.to?.length ? reply.to : await recipientsOf(ticket, last, { channel, terms })
  if (to.length === 0) throw new DomainError('tickets.errors.no_recipient', 422)
  if (isChat(terms)) return chatMessage(to, reply)

  const signature = reply.automatic ? await signatureOf(ticket.inboxId, null) : await signatureOf(ticket.inboxId, cause)
  const quote = last && !reply.automatic ? await quoteOf(last, ticket.language) : null
  const words = reply.text.replace(/\r\n/g, '\n').trimEnd()
  const text = [words, signature && `-- \n${signature}`, quote?.text].filter(Boolean).join('\n\n')
  const body = (reply.html && sanitiseMail(reply.html).html) || paragraphs(words)
  const html = [body, signature && `<p>-- <br>${lines(signature)}</p>`, quote?.html].filter(Boolean).join('\n')

  return {
    to,
    cc: reply.cc ?? [],
    bcc: reply.bcc ?? [],
    replyTo: [],
    subject: reply.subject?.trim() || answerSubject(ticket.subject),
    text,
    visibleText: words,
    html,
    inReplyTo: last?.external_id ?? null,
    references: last ? [...JSON.parse(last.references), last.external_id].filter(Boolean).slice(-20) : [],
  }
}

/** The inbox that an answer leaves by, and what its channel takes. */
export interface Way {
  readonly inboxId: number
  readonly channel: string
  readonly terms: Capabilities | null
}

/**
 * The inbox by which an answer goes if nobody says otherwise: the ticket's own, unless the customer wrote last on
 * another channel.
 */
export async function inboxToAnswerBy(ticket: { readonly id: number; readonly inboxId: number; readonly channel: string }, query: QueryClientContract = openTransaction()): Promise<number> {
  const last = await query.from('messages').join('inboxes', 'inboxes.id', 'messages.inbox_id').where('messages.ticket_id', ticket.id).where('messages.kind', 'inbound').orderBy('messages.id', 'desc').select('inboxes.id', 'inboxes.channel', 'inboxes.deleted_at').first()
  return last && last.channel !== ticket.channel && last.deleted_at === null ? last.id : ticket.inboxId
}

/** A chat has the words and nothing around them: no subject, copies, signature or history. */
function chatMessage(to: readonly Mailbox[], reply: Reply) {
  const text = reply.text.replace(/\r\n/g, '\n').trim()
  return { to: to.slice(0, 1), cc: [], bcc: [], replyTo: [], subject: null, text, visibleText: null, html: null, inReplyTo: null, references: [], template: reply.template ? JSON.stringify(reply.template) : null }
}

/** `Re:` once, whatever the other side's program has put before it. */
export function answerSubject(subject: string): string {
  return `Re: ${subject.replace(/^((re|odp|fw|fwd|pd|vs|aw|wg|απ|σχετ|πρθ)(\[\d+\])?\s*:\s*)+/iu, '').trim()}`
}

type LastMessage = Record<'id' | 'kind' | 'from_name' | 'from_address' | 'to' | 'reply_to' | 'forwarded_from' | 'text' | 'visible_text' | 'external_id' | 'references' | 'created_at', any>

/** @param inboxId - only there: what was said on another channel is neither answered nor quoted on this one */
function lastSeenByCustomer(ticketId: number, inboxId: number | null): Promise<LastMessage | null> {
  return openTransaction()
    .from('messages')
    .where('ticket_id', ticketId)
    .if(inboxId !== null, (query) => query.where('inbox_id', inboxId!))
    .whereIn('kind', ['inbound', 'reply'])
    // By time: what was taken over later may be older.
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .select('id', 'kind', 'from_name', 'from_address', 'to', 'reply_to', 'forwarded_from', 'text', 'visible_text', 'external_id', 'references', 'created_at')
    .first()
}

/** The customer: as the last message says, else the address we know. */
async function recipientsOf(ticket: TicketSchema, last: LastMessage | null, { channel, terms }: Pick<Way, 'channel' | 'terms'>): Promise<readonly Mailbox[]> {
  const answered = last ? await whomToAnswer(wordsOf(last), ticket.customerId) : []
  if (answered.length > 0) return answered

  const known = await openTransaction()
    .from('addresses')
    .join('customers', 'customers.id', 'addresses.customer_id')
    .where('addresses.customer_id', ticket.customerId)
    .if(terms, (query) => query.whereIn('addresses.kind', [...(terms!.writesTo ?? (isChat(terms) ? ['phone', 'handle'] : ['email']))]))
    // A handle bears the name of the channel that it is of.
    .where((query) => query.whereNot('addresses.kind', 'handle').orWhere('addresses.value', 'like', `${channel}:%`))
    .orderBy('addresses.id')
    .select('addresses.value', 'customers.name')
    .first()
  return known ? [{ address: known.value, ...(known.name ? { name: known.name } : {}) }] : []
}

function wordsOf(last: LastMessage): LastWords {
  const from = last.from_address ? { address: last.from_address, ...(last.from_name ? { name: last.from_name } : {}) } : null
  return { kind: last.kind, from, to: JSON.parse(last.to), replyTo: JSON.parse(last.reply_to), forwardedFrom: last.forwarded_from ? JSON.parse(last.forwarded_from) : null }
}

/** The agent's own signature, then the mailbox's. */
async function signatureOf(inboxId: number, cause: Cause | null): Promise<string> {
  const trx = openTransaction()
  const inbox = await trx.from('inboxes').where('id', inboxId).select('signature').first()
  const agent = cause?.by?.kind === 'agent' ? await trx.from('agents').where('id', cause.by.id).select('signature').first() : null
  return [agent?.signature, inbox?.signature].map((part) => part?.trim()).filter(Boolean).join('\n')
}

async function quoteOf(last: LastMessage, language: string | null) {
  const words: string = (last.visible_text ?? last.text).trim()
  if (words === '' || last.kind !== 'inbound') return null
  const cut = words.length > QUOTE_MAX ? `${words.slice(0, QUOTE_MAX)}…` : words
  const i18n = i18nManager.locale(language ?? (await quotingLanguage()))
  const date = i18n.formatDate(new Date(Number(last.created_at)), { dateStyle: 'medium', timeStyle: 'short', timeZone: await quotingZone() })
  const head = i18n.t('tickets.quote_head', { date, name: last.from_name || last.from_address || '' })
  return {
    text: `${head}\n${cut
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n')}`,
    html: `<p>${escape(head)}</p>\n<blockquote type="cite">${paragraphs(cut)}</blockquote>`,
  }
}

const quotingLanguage = () => setting('company.language')
const quotingZone = () => setting('company.time_zone')

function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((part) => `<p>${lines(part)}</p>`)
    .join('\n')
}

const lines = (text: string) => escape(text).replace(/\n/g, '<br>')
const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
