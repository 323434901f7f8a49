import { kept } from '#channels/health'
import type { Address, Forwarded } from '#plugin'
import { storeReason } from '#plugins/reasons'
import { markReachable } from '#customers/reach'
import { now, nowMs } from '#support/clock'
import { enqueue } from '#support/jobs'
import { openTransaction } from '#support/transaction'
import { tryLater } from '#channels/missing_files'
import { openWindow } from '#tickets/channel_terms'
import { wordsIn } from '#tickets/formatting'
import { answersBetween } from '#tickets/answers_between'
import { openTicket, openWithMessage, type NewTicket } from '#tickets/open_ticket'
import { titleOf } from '#tickets/preview'
import type { Authentication, ForwardedFrom, Mailbox } from '#tickets/message_parts'
import type { InboundMessage } from '#tickets/ticket/receiving'
import type { InboundDraft } from '../draft.js'

/** Puts the message into the ticket that was found, or opens one for it. */
export async function openOrAppend(draft: InboundDraft): Promise<void> {
  draft.flags.opened = draft.ticket === null
  if (draft.flags.opened && !draft.message.outgoing) {
    const opened = await openWithMessage(newTicket(draft), inboundMessage(draft), draft.cause)
    draft.ticket = opened.ticket
    draft.messageId = opened.messageId
  } else {
    draft.ticket ??= await openTicket(newTicket(draft), draft.cause)
    draft.messageId = await draft.ticket.receive({ ...inboundMessage(draft), visibleText: await withAnswersBetween(draft) }, draft.cause)
  }
  draft.ticketId = draft.ticket.id
  if (draft.message.outgoing) await wasAnsweredElsewhere(draft)
  else await wroteHere(draft)
  await rememberThread(draft)
  if (draft.prepared.files.some(({ again }) => again)) await tryLater(draft.messageId, 0)
  draft.outcome = draft.flags.opened ? 'created' : 'appended'
}

function newTicket(draft: InboundDraft): NewTicket {
  const { inbox, customer, message, flags } = draft
  const status = draft.blocked || draft.spam?.verdict === 'spam' ? 'spam' : message.outgoing ? 'open' : 'new'
  // Whose personal inbox it is, or who has it after them, owns it: that is for routing to say.
  const inTeam = status !== 'spam' && inbox.teamId !== null && inbox.agentId === null && !inbox.farewell?.heirId
  return {
    inboxId: inbox.id,
    channel: inbox.channel,
    customerId: customer!.id,
    subject: subjectFor(draft),
    status,
    category: flags.quiet || flags.quarantined ? 'notification' : undefined,
    followUpOfId: draft.followUpOfId,
    possiblyOfId: draft.possiblyOfId,
    waits: !flags.quiet,
    ...(inTeam ? { teamId: inbox.teamId, waitsTurn: true } : {}),
  }
}

/** Shows what stands between the lines of our own message where it is quoted without a mark (tickets/answers_between.ts). */
async function withAnswersBetween({ ticket, flags, message, prepared: { text, visibleText } }: InboundDraft): Promise<string | null> {
  if (flags.opened || flags.automatic || message.outgoing || !visibleText || visibleText === text || !text.startsWith(visibleText)) return visibleText
  const folded = text.slice(visibleText.length)
  // Where our lines are marked, the reader of mail has told the answers apart.
  const lines = folded.split('\n').filter((line) => line.trim() !== '')
  if (lines.filter((line) => line.startsWith('>')).length * 2 >= lines.length) return visibleText
  const replies: { text: string }[] = await openTransaction().from('messages').where({ ticket_id: ticket!.id, kind: 'reply' }).orderBy('id', 'desc').limit(3).select('text')
  const found = replies.map((reply) => answersBetween(folded, reply.text)).find(Boolean)
  return found ? `${visibleText}\n\n${found}` : visibleText
}

/** What the ticket is called that a message opens. */
export function subjectFor({ message, prepared, inbox }: InboundDraft): string {
  return clean(message.subject)?.trim() ?? (titleOf(wordsIn(prepared.visibleText ?? prepared.text, inbox.terms)) || (prepared.files[0]?.name ?? ''))
}

/** The message as the ticket takes it. */
export function inboundMessage(draft: InboundDraft): InboundMessage {
  const { message, prepared, inbox, customer, item, flags } = draft
  const spam = draft.spam && { ...draft.spam, reasons: draft.spam.reasons.map((reason) => reason.slice(0, 300)).slice(0, 20) }
  return {
    kind: message.outgoing || flags.wasSent ? 'reply' : 'inbound',
    inboxId: inbox.id,
    author: message.outgoing || flags.wasSent ? { kind: 'system', id: null } : { kind: 'customer', id: String(customer!.id) },
    fromName: clean(message.from.name),
    fromAddress: clean(message.from.value) || null,
    to: mailboxes(message.to),
    cc: mailboxes(message.cc),
    replyTo: mailboxes(message.replyTo ? [message.replyTo, ...(message.alsoReplyTo ?? [])] : []),
    subject: clean(message.subject),
    text: prepared.text,
    visibleText: prepared.visibleText,
    preview: wordsIn(prepared.visibleText ?? prepared.text, inbox.terms),
    html: prepared.html,
    remoteImages: prepared.remoteImages,
    externalId: message.externalId,
    inReplyTo: message.thread?.inReplyTo ?? null,
    // Drivers name what is answered newest first; a chain is kept oldest first.
    references: [...new Set(message.thread?.answers ?? [])].slice(0, 50).reverse(),
    fingerprint: prepared.fingerprint,
    invitation: message.invitation ?? null,
    protection: message.protection ?? null,
    automatic: flags.automatic,
    automaticKind: flags.automatic ? (message.automaticKind ?? 'notice') : null,
    newParticipant: flags.newParticipant,
    forwardedFrom: forwardedOf(message.forwardedFrom),
    spam,
    authentication: authenticationOf(draft),
    remarks: (message.remarks ?? []).slice(0, 10).map((remark) => kept(inbox.channel, remark).slice(0, 2000)),
    incomingItemId: item.id,
    sentAt: (message.sentAt ?? message.at).toMillis(),
    receivedAt: Number(item.received_at),
    files: prepared.files,
    reopens: message.outgoing || flags.quiet || draft.blocked ? false : true,
  }
}

/** The checks as the driver made them, its warnings kept in its own words, ours beside them. */
function authenticationOf(draft: InboundDraft): Authentication | null {
  const { trust } = draft.message
  const warnings = [...(trust?.warnings ?? []).map((words) => storeReason(draft.inbox.channel, words)), ...draft.warnings.map((words) => storeReason('gateway', words))]
  if (!trust && warnings.length === 0) return null
  return { verdict: draft.warnings.length > 0 ? 'suspect' : (trust?.verdict ?? 'unverified'), checks: trust?.checks ?? {}, ...(warnings.length > 0 ? { warnings } : {}) }
}

function forwardedOf(forwarded: Forwarded | undefined): ForwardedFrom | null {
  if (!forwarded?.value) return null
  return {
    ...(forwarded.name ? { name: clean(forwarded.name)! } : {}),
    address: clean(forwarded.value)!,
    ...(forwarded.subject ? { subject: clean(forwarded.subject)! } : {}),
    ...(forwarded.sentAt ? { sentAt: forwarded.sentAt } : {}),
    to: mailboxes(forwarded.to),
    cc: mailboxes(forwarded.cc),
  }
}

/** Written from a phone or another program: answered all the same. */
async function wasAnsweredElsewhere({ ticket, flags, cause }: InboundDraft) {
  ticket!.lastAgentMessageAt = now()
  ticket!.firstResponseAt ??= now()
  await ticket!.keep()
  if (flags.opened) await ticket!.waitFor('customer', cause)
}

/** Who writes can be answered: the window of the channel opens, and a stranger's name is asked for. */
async function wroteHere({ message, inbox, customer }: InboundDraft) {
  if (inbox.terms.threads === 'references') return
  await markReachable(message.from, inbox.channel)
  if (inbox.terms.window) await openWindow({ inboxId: inbox.id, customerId: customer!.id, at: message.at.toMillis(), window: inbox.terms.window })
  if (inbox.knowsProfiles) await askForProfile(inbox.id, customer!.id, message.from)
}

async function askForProfile(inboxId: number, customerId: number, { kind, value }: Address) {
  const known = await openTransaction().from('customers').where('id', customerId).whereNot('name', '').whereNotNull('picture_sha256').select('id').first()
  if (!known) await enqueue('channels:profile', { inbox: inboxId, customer: customerId, kind, value }, { once: `profile-${inboxId}-${customerId}` })
}

async function rememberThread({ message, inbox, ticket }: InboundDraft) {
  const key = message.thread?.key?.slice(0, 500)
  if (!key) return
  await openTransaction()
    .knexQuery()
    .table('thread_keys')
    .insert({ inbox_id: inbox.id, key, ticket_id: ticket!.id, updated_at: nowMs() })
    .onConflict(['inbox_id', 'key'])
    .merge(['ticket_id', 'updated_at'])
}

/** A mail to a whole address book; more were in no mail that anybody meant. */
const MAX_MAILBOXES = 10_000

export function mailboxes(addresses: readonly Address[] = []): Mailbox[] {
  return addresses.slice(0, MAX_MAILBOXES).map(({ name, value }) => ({ ...(name ? { name: clean(name)! } : {}), address: clean(value)! }))
}

/** PostgreSQL refuses the zero character in a text. */
function clean(text: string | undefined): string | null {
  return text === undefined ? null : text.replace(/\0/g, '')
}
