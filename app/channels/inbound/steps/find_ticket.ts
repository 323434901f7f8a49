import { normaliseAddress } from '#customers/identity'
import { ownReference, readReplyMark } from '#channels/outbound/reference'
import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import { answerSubject } from '#tickets/composition'
import Ticket from '#tickets/ticket'
import { messagesByIds } from '../answered.js'
import { inItsThread } from './its_thread.js'
import type { InboundDraft } from '../draft.js'

const DAY_MS = 86_400_000
/** Without news for longer, an answer under another subject is a new matter (07c). */
const REUSED_AFTER_DAYS = 14

/**
 * Finds the ticket an incoming message belongs to, by the strongest sign first:
 *
 * - the channel's own thread key
 * - an address of the ticket, then a mark in the message, that carries our signature
 * - a message it answers (References, In-Reply-To)
 * - a ticket number in the subject, from a participant
 * - for chat-like channels, the customer's open ticket in this inbox
 *
 * The number comes late on purpose: anyone can guess it, and people reuse old subjects for new
 * matters. A merged ticket leads on to the one it went into; one that was closed longer ago than the
 * inbox allows is not touched: a new one goes on from it. Somebody new in it is marked, for he may be
 * told what is not his business; what only looks as if it belonged is a suggestion.
 */
export async function findTicket(draft: InboundDraft): Promise<void> {
  // Who claims to be us and is not gets into no customer's ticket.
  if (draft.flags.quarantined) return
  const strong = (await byThreadKey(draft)) ?? (await byAddress(draft)) ?? (await byOwnMark(draft)) ?? (await byReferences(draft))
  const id = strong ?? (await byNumber(draft)) ?? (await byCustomer(draft))
  if (draft.flags.forged) draft.warnings.push({ key: 'warning.forged_mark' })
  if (id === null) {
    draft.possiblyOfId ??= await byLikeness(draft)
    return
  }

  const ticket = await inItsThread(await followMerges(id), draft)
  if (strong !== null && !ticket.sideOfId && ticket.customerId !== draft.customer!.id && !draft.message.outgoing) draft.flags.newParticipant = !(await participates(draft, ticket.id))
  const followUp = !ticket.sideOfId && !draft.flags.quiet && !draft.isHistory && (closedTooLongAgo(ticket, draft) || subjectIsReused(ticket, draft))
  if (followUp) draft.followUpOfId = ticket.id
  else draft.ticket = ticket
}

async function byThreadKey({ message, inbox }: InboundDraft): Promise<number | null> {
  const key = message.thread?.key
  if (!key) return null
  const row = await openTransaction().from('thread_keys').where({ inbox_id: inbox.id, key: key.slice(0, 500) }).select('ticket_id').first()
  return row?.ticket_id ?? null
}

async function byAddress({ message, flags }: InboundDraft): Promise<number | null> {
  for (const text of message.thread?.marks ?? []) {
    const mark = readReplyMark(text)
    if (mark === 'forged') flags.forged = true
    else if (mark) {
      const row = await openTransaction().from('tickets').where('id', mark.ticketId).select('id').first()
      if (row) return row.id
    }
  }
  return null
}

/** Ids that are answered, then marks in the message itself: some mail programs lose the former. */
async function byOwnMark({ message, flags, inbox }: InboundDraft): Promise<number | null> {
  const answers = message.thread?.answers ?? []
  for (const [at, id] of [...answers, ...(message.thread?.marks ?? [])].entries()) {
    const own = ownReference(id, inbox.ours)
    // Inside a body it may be another Opora's: such a mark names no domain.
    if (own === 'forged') flags.forged ||= at < answers.length
    else if (own) {
      // The message knows where it is now: it may have moved with a merge or a split.
      const row = await openTransaction().from('messages').where('id', own.messageId).select('ticket_id').first()
      if (row) return row.ticket_id
    }
  }
  return null
}

async function byReferences(draft: InboundDraft): Promise<number | null> {
  const [newest] = await messagesByIds(draft, draft.message.thread?.answers ?? [])
  return newest?.ticket_id ?? null
}

async function byNumber(draft: InboundDraft): Promise<number | null> {
  const number = Number(/\[#(\d{1,9})\]/.exec(draft.message.subject ?? '')?.[1] ?? 0)
  if (!number || number > 2_147_483_647) return null
  const ticket = await openTransaction().from('tickets').where('id', number).select('id', 'customer_id').first()
  if (!ticket) return null
  if (ticket.customer_id === draft.customer!.id || (await participates(draft, number))) return number
  draft.possiblyOfId = number
  return null
}

/** The sender's own open ticket of the last days with the same subject: people write anew instead of answering. */
async function byLikeness({ message, customer, inbox, flags }: InboundDraft): Promise<number | null> {
  const subject = plainSubject(message.subject ?? '')
  if (subject === '' || customer!.created || flags.automatic || inbox.terms.threads !== 'references') return null
  const rows = await openTransaction()
    .from('tickets')
    .where('customer_id', customer!.id)
    .where('updated_at', '>', nowMs() - REUSED_AFTER_DAYS * DAY_MS)
    .whereIn('status', ['new', 'open', 'pending', 'snoozed'])
    .whereNull('merged_into_id')
    .orderBy('updated_at', 'desc')
    .limit(20)
    .select('id', 'subject')
  return rows.find((row) => plainSubject(row.subject) === subject)?.id ?? null
}

/** The sender, or somebody in copy, has a part in the ticket already. Our own addresses stand in everybody's copies and prove nothing. */
async function participates({ message, inbox }: InboundDraft, ticketId: number): Promise<boolean> {
  const here = new Set([message.from, ...(message.cc ?? [])].filter((one) => one.value).map((one) => normaliseAddress(one.kind, one.value)))
  const rows = await openTransaction().from('messages').where('ticket_id', ticketId).orderBy('id', 'desc').limit(50).select('kind', 'from_address', 'to', 'cc')
  return rows.some((row) => {
    const outgoing = row.kind === 'reply' || row.kind === 'auto_reply'
    const others: { address: string }[] = [...(outgoing ? JSON.parse(row.to) : []), ...JSON.parse(row.cc)]
    const people = [...(outgoing || !row.from_address ? [] : [row.from_address as string]), ...others.map(({ address }) => address)]
    return people.map((address) => address.toLowerCase()).some((address) => here.has(address) && !inbox.ours.has(address))
  })
}

async function byCustomer({ inbox, customer }: InboundDraft): Promise<number | null> {
  if (inbox.terms.threads !== 'customer') return null
  const row = await openTransaction()
    .from('tickets')
    .where({ inbox_id: inbox.id, customer_id: customer!.id })
    .whereIn('status', ['new', 'open', 'pending', 'snoozed', 'resolved'])
    .whereNull('merged_into_id')
    .orderBy('id', 'desc')
    .select('id')
    .first()
  return row?.id ?? null
}

async function followMerges(id: number): Promise<Ticket> {
  let ticket = await Ticket.findOrFail(id, { client: openTransaction() })
  for (let step = 0; ticket.mergedIntoId && step < 20; step++) ticket = await Ticket.findOrFail(ticket.mergedIntoId, { client: openTransaction() })
  return ticket
}

function closedTooLongAgo(ticket: Ticket, { inbox }: InboundDraft): boolean {
  return ticket.status === 'closed' && ticket.closedAt !== null && nowMs() - ticket.closedAt.toMillis() > inbox.reopenWithinDays * DAY_MS
}

/** People look for our address in an old mail and press Reply; the new subject says that it is something new. */
function subjectIsReused(ticket: Ticket, { message }: InboundDraft): boolean {
  if (!['resolved', 'closed'].includes(ticket.status) || !message.subject) return false
  if (nowMs() - ticket.updatedAt.toMillis() < REUSED_AFTER_DAYS * DAY_MS) return false
  const [was, is] = [plainSubject(ticket.subject), plainSubject(message.subject)]
  return was !== '' && is !== '' && !is.includes(was) && !was.includes(is)
}

/** Without the prefixes that mail programs add, and without our number. */
function plainSubject(subject: string): string {
  return answerSubject(subject.replace(/\[#\d+\]|\[external\]/gi, ''))
    .replace(/^Re:/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
