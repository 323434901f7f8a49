import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { DateTime } from 'luxon'
import type { Address, File, Incoming, IncomingBounce, IncomingMessage, Invitation, Stored } from '#plugin'
import { ownAddresses, type EmailInbox } from '../config.js'
import { isAddressed, isForm, marksOf, withoutMarks } from './addressed.js'
import { automaticKind } from './automatic.js'
import { isOurForm, readBounce } from './bounce.js'
import { misplacedIn } from './bounce_returned.js'
import { readInvitation } from './calendar.js'
import { cutMail, type Cut } from './cut.js'
import { filesOf, original } from './files.js'
import { isForward } from './forward_words.js'
import { readForwarded } from './forwarded.js'
import { readReceipt } from './receipt.js'
import { Headers } from './headers.js'
import { protectionOf } from './protection.js'
import { askRspamd } from '../trust/rspamd.js'
import { spamByHeaders } from '../trust/spam_headers.js'
import { weighSender } from '../trust/weigh.js'
import { UNFETCHED, whyUnfetched } from './unfetched.js'

/** Who wrote a mail that names nobody. */
const NOBODY = 'unknown@invalid'
const MAX_SUBJECT = 998
const MAX_REPLY_TO = 50
const SIGNS_OF_A_MAIL = ['from', 'to', 'subject', 'date', 'message-id', 'received', 'mime-version', 'content-type', 'return-path', 'sender']

/**
 * Reads a stored mail: who, to whom, what, with which files, and which messages it answers. What is
 * damaged is read as far as it goes and carries its original as a file.
 *
 * @throws when there is no mail in the bytes at all, or the server never handed it over
 */
export async function readMail(item: Stored, inbox: EmailInbox): Promise<readonly Incoming[]> {
  if (item.type === UNFETCHED) throw new Error(whyUnfetched(await item.text()))
  const cut = await cutMail((await item.open()) as Readable, item.bytes)
  const headers = new Headers(cut.lines)
  if (!SIGNS_OF_A_MAIL.some((name) => headers.has(name))) throw new Error('This is not an e-mail: it has none of the headers of one')

  const externalId = headers.ids('message-id')[0] ?? `<${await hashOf(item)}@no-id.local>`
  const receipt = readReceipt(headers, cut.pieces, item.at)
  if (receipt) return [receipt]
  const read = message(item, inbox, cut, headers, externalId)
  if (['complaint', 'report'].includes(read.automaticKind ?? '')) return [read]
  const own = ownAddresses(inbox.config)
  const bounce = readBounce({ headers, pieces: cut.pieces, from: read.from, subject: read.subject ?? '', text: read.text, externalId, at: item.at, own, misplaced: misplacedIn(cut.root) })
  if (bounce) return [{ ...bounce, ...shownBeside(read) }]
  if (read.automaticKind === 'receipt') return [read]
  const sender = { headers, from: read.from, replyTo: read.replyTo, automatic: read.automatic ?? false, byForm: read.byForm ?? false }
  // Both may have to wait for somebody; together they wait no longer than one.
  const [trust, judged] = await Promise.all([weighSender(sender, item, inbox), askRspamd(item, read.from.value, inbox)])
  const spam = worse(spamByHeaders(headers), judged)
  return [{ ...read, ...(trust ? { trust } : {}), ...(spam ? { spam } : {}) }]
}

/** What a report has of a mail: to whom, when, how it looks, what came with it. */
function shownBeside({ to, cc, sentAt, html, files }: IncomingMessage): Partial<IncomingBounce> {
  return { to, cc, files, ...(sentAt ? { sentAt } : {}), ...(html ? { html } : {}) }
}

type Spam = NonNullable<IncomingMessage['spam']>

/** Two filters have spoken: the one that saw more counts, with what both have seen. */
function worse(one: Spam | null, other: Spam | null): Spam | null {
  if (!one || !other) return one ?? other
  const rank = { ham: 0, unsure: 1, spam: 2 }
  const [first, second] = rank[other.verdict] > rank[one.verdict] ? [other, one] : [one, other]
  return { ...first, reasons: [...new Set([...first.reasons, ...second.reasons])] }
}

/** The words of a stored mail in an encoding that a person has chosen. */
export async function readMailAs(item: Stored, encoding: string): Promise<{ subject?: string; text: string }> {
  const { lines, letter } = await cutMail((await item.open()) as Readable, item.bytes, encoding)
  const subject = new Headers(lines, encoding).text('subject')
  return { ...(subject ? { subject } : {}), text: letter.text }
}

function message(item: Stored, inbox: EmailInbox, cut: Cut, headers: Headers, externalId: string): IncomingMessage {
  const marks = marksOf(headers, cut.letter.html)
  const html = cut.letter.html && withoutMarks(cut.letter.html)
  const text = withoutMarks(cut.letter.text)
  const sent = headers.date()
  const from = senderOf(headers)
  const subject = (headers.text('subject') ?? '').slice(0, MAX_SUBJECT)
  const visible = isForward(subject, text) ? text : withoutMarks(cut.letter.visible)
  const [replyTo, ...alsoReplyTo] = headers.addresses('reply-to')
  const inReplyTo = headers.ids('in-reply-to')[0]
  const references = headers.ids('references')
  const answers = [...new Set([...headers.ids('in-reply-to'), ...[...references].reverse()])].filter((id) => id !== externalId)
  const invitation = invitationIn(cut)
  const protection = protectionOf(cut.root, text, cut.opened)
  const files = filesOf(item, cut.pieces, html ?? '')
  const kind = automaticKind(headers, cut.pieces, from.value, subject, text, ownAddresses(inbox.config))
  const forwardedFrom = kind ? null : readForwarded(headers, cut.pieces, subject, { text, visible })
  const isOwn = ownAddresses(inbox.config).includes(from.value.toLowerCase()) && isOurForm(externalId)

  return {
    type: 'message',
    externalId,
    ...(isOwn ? { outgoing: true } : {}),
    from,
    to: headers.addresses('to'),
    cc: headers.addresses('cc'),
    ...(replyTo ? { replyTo } : {}),
    ...(alsoReplyTo.length > 0 ? { alsoReplyTo: alsoReplyTo.slice(0, MAX_REPLY_TO - 1) } : {}),
    at: item.at,
    ...(sent === null ? {} : { sentAt: DateTime.fromMillis(sent, { zone: 'utc' }) }),
    text,
    // What is passed on is there to be read.
    visibleText: visible,
    ...(html ? { html } : {}),
    subject,
    files: cut.fault ? [...files, original(item)] : files,
    thread: { answers, ...(inReplyTo ? { inReplyTo } : {}), ...(marks.length > 0 ? { marks } : {}) },
    addressed: isAddressed(inbox, [...headers.addresses('to'), ...headers.addresses('cc')]),
    identity: identityOf(headers, from, text || html || '', files),
    ...(replyTo && isForm(inbox, from.value) ? { byForm: true } : {}),
    ...(kind ? { automatic: true, automaticKind: kind } : {}),
    ...(forwardedFrom ? { forwardedFrom } : {}),
    ...(invitation ? { invitation } : {}),
    ...(protection ? { protection } : {}),
  }
}

/** From, else Sender, else what stands there as a name. Never nothing: the mail needs a customer to belong to. */
function senderOf(headers: Headers): Address {
  const from = headers.addresses('from')[0] ?? headers.addresses('sender')[0] ?? headers.addresses('reply-to')[0]
  if (from) return from
  const name = (headers.text('from') ?? '').replace(/[<>"]/g, '').trim().slice(0, 200)
  return { kind: 'email', value: NOBODY, ...(name ? { name } : {}) }
}

function invitationIn({ pieces }: Cut): Invitation | null {
  const piece = pieces.find(({ type, content, name }) => content && (type === 'text/calendar' || type === 'application/ics' || (type === 'application/octet-stream' && /\.ics$/i.test(name ?? ''))))
  return piece?.content ? readInvitation(piece.content, piece.charset, piece.method) : null
}

/** Not the way it took nor the hour it came: the same mail to two of our addresses is one (contracts/channels/07a). A scanner's mails differ in their file alone. */
function identityOf(headers: Headers, from: Address, words: string, files: readonly File[]): string {
  const said = [from.value.toLowerCase(), headers.text('date') ?? '', headers.text('subject') ?? '', words.slice(0, 2048), ...files.slice(0, 100).map(({ name, bytes }) => `${name} ${bytes}`)]
  return createHash('sha256').update(said.join('\n')).digest('hex')
}

async function hashOf(item: Stored): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of await item.open()) hash.update(chunk)
  return hash.digest('hex')
}
