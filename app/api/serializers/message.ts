import type { I18n } from '@adonisjs/i18n'
import { sayReason } from '#plugins/reasons'
import { pluginRegistry } from '#plugins/registry'
import { reading } from '#support/transaction'
import type { Invitation, Mailbox } from '#tickets/message_parts'
import { anything, id, idOf, iso, listOf, mapOf, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { attachmentSchema, attachmentsOf } from './attachment.js'
import { authorSchema, namesOf } from './author.js'
import { deliveryJson, deliverySchema } from './delivery.js'
import { inboxInShort } from './ticket.js'

export const mailbox = object({ name: nullable(text()), address: text() })

export const messageSchema = name(
  'Message',
  object({
    id,
    ticket_number: id,
    kind: oneOf('inbound', 'reply', 'auto_reply', 'bounce', 'call'),
    inbox: inboxInShort,
    author: authorSchema,
    from: nullable(mailbox),
    to: listOf(mailbox),
    cc: listOf(mailbox),
    bcc: listOf(mailbox),
    reply_to: listOf(mailbox),
    subject: nullable(text()),
    text: text('the whole text'),
    text_visible: text('without quoted history and signature'),
    html: nullable(text('sanitised')),
    attachments: listOf(attachmentSchema),
    message_id: nullable(text('Message-ID of e-mail')),
    in_reply_to: nullable(text()),
    references: listOf(text()),
    external_id: nullable(text("the channel's own id, where it is no Message-ID")),
    created_at: time,
    sent_at: nullable(time),
    received_at: nullable(time),
    auto_submitted: yesNo,
    protection: nullable(oneOf('smime-signed', 'smime-encrypted', 'pgp-signed', 'pgp-encrypted')),
    invitation: nullable(
      object({
        method: oneOf('request', 'cancel', 'reply', 'counter', 'publish'),
        summary: nullable(text()),
        start: nullable(time),
        end: nullable(time),
        all_day: yesNo,
        place: nullable(text()),
        organiser: nullable(mailbox),
        attendees: listOf(mailbox),
      })
    ),
    forwarded_from: nullable(object({ name: nullable(text()), address: text(), subject: nullable(text()), sent_at: nullable(text()), to: listOf(mailbox), cc: listOf(mailbox) })),
    bounce: nullable(
      object({
        recipient: text(),
        recipients: listOf(text()),
        action: text(),
        status: nullable(text()),
        diagnostic: nullable(text()),
        reason: text(),
        explanation: text(),
        original_message_id: nullable(id),
      })
    ),
    spam: nullable(object({ verdict: oneOf('ham', 'unsure', 'spam'), score: nullable({ type: 'number' }), reasons: listOf(text()) })),
    authentication: nullable(mapOf(anything)),
    sender_verdict: nullable(oneOf('verified', 'unverified', 'suspect')),
    warnings: listOf(text('what to be wary of, in words')),
    new_participant: yesNo,
    automatic_kind: nullable(text('reply, notice, bulk, list, receipt, complaint, report, loop')),
    also_in: listOf(id),
    remarks: listOf(text('what the channel says of it besides its words')),
    template: nullable(object({ name: text(), language: text(), parameters: listOf(text()) })),
    reactions: listOf(object({ emoji: text(), from: text(), at: time })),
    edits: listOf(object({ text: text('the words before'), at: time })),
    deleted_at: nullable({ ...time, description: 'its sender took it back; its words are not told any more' }),
    delivery: nullable(deliverySchema),
  })
)

type Row = Record<string, any>

/** Rows of `messages` as the API tells them: four more queries for any number. Nothing here reads notes. */
export async function messagesJson(rows: readonly Row[], i18n: I18n) {
  const ids = rows.map((row) => row.id as number)
  const attachments = await attachmentsOf('message_id', ids, i18n)
  const deliveries = new Map((ids.length ? await reading().from('deliveries').whereIn('message_id', ids) : []).map((row) => [row.message_id, row]))
  const inboxes = new Map((ids.length ? await reading().from('inboxes').whereIn('id', [...new Set(rows.map((row) => row.inbox_id))]) : []).map((row) => [row.id, row]))
  const changed = rows.filter((row) => row.changed_at !== null).map((row) => row.id as number)
  const changes: Row[] = changed.length ? await reading().from('message_changes').whereIn('message_id', changed).orderBy('at').orderBy('id') : []
  const nameOf = await namesOf(rows.map((row) => ({ kind: row.author_kind, id: row.author_id })))

  return rows.map((row) => {
    const inbox = inboxes.get(row.inbox_id)!
    const delivery = deliveries.get(row.id)
    const externalId: string | null = row.external_id ?? delivery?.external_id ?? null
    const isMail = pluginRegistry.channel(inbox.channel)?.capabilities.threads === 'references'
    return {
      id: idOf(row.id as number),
      ticket_number: idOf(row.ticket_id as number),
      kind: row.kind,
      inbox: { id: idOf(inbox.id as number), channel: inbox.channel, name: inbox.name },
      author: {
        type: row.author_kind,
        id: idOf(row.author_id as string | null),
        name: nameOf({ kind: row.author_kind, id: row.author_id }) || row.from_name,
        address: row.from_address ?? (row.author_kind === 'agent' ? inbox.address : null),
      },
      from: fromJson(row, inbox),
      to: mailboxes(row.to),
      cc: mailboxes(row.cc),
      bcc: mailboxes(row.bcc),
      reply_to: mailboxes(row.reply_to),
      subject: row.subject,
      text: row.text,
      text_visible: row.visible_text ?? row.text,
      html: row.html,
      attachments: row.deleted_at === null ? (attachments.get(row.id) ?? []) : [],
      message_id: isMail && externalId ? bracketed(externalId) : null,
      in_reply_to: row.in_reply_to,
      references: JSON.parse(row.references),
      external_id: isMail ? null : externalId,
      created_at: iso(row.created_at),
      sent_at: iso(row.sent_at ?? delivery?.sent_at),
      received_at: iso(row.received_at),
      auto_submitted: Boolean(row.automatic),
      protection: row.protection,
      invitation: invitationJson(row.invitation),
      forwarded_from: forwardedJson(row.forwarded_from),
      bounce: bounceJson(row, inbox.channel, i18n),
      spam: spamJson(row.spam),
      authentication: row.authentication ? (JSON.parse(row.authentication).checks ?? {}) : null,
      sender_verdict: row.authentication ? (JSON.parse(row.authentication).verdict ?? null) : null,
      warnings: row.authentication ? (JSON.parse(row.authentication).warnings ?? []).map((warning: string) => sayReason(i18n, warning)) : [],
      new_participant: Boolean(row.new_participant),
      automatic_kind: row.automatic_kind ?? null,
      also_in: (row.also_in ? (JSON.parse(row.also_in) as number[]) : []).map((inboxId) => idOf(inboxId)),
      remarks: row.remarks ? (JSON.parse(row.remarks) as string[]).map((remark) => sayReason(i18n, remark)) : [],
      template: row.template ? JSON.parse(row.template) : null,
      ...changesJson(row, changes.filter((change) => change.message_id === row.id)),
      deleted_at: iso(row.deleted_at),
      delivery: delivery ? deliveryJson(delivery, i18n) : null,
    }
  })
}

/** The last reaction of each person, and the words before each edit; of a deleted message none are told. */
function changesJson(row: Row, changes: readonly Row[]) {
  const last = new Map(changes.filter(({ kind }) => kind === 'reaction').map((change) => [change.from_address, change]))
  return {
    reactions: [...last.values()].filter(({ text: emoji }) => emoji).map((change) => ({ emoji: change.text, from: change.from_address, at: iso(change.at) })),
    edits: row.deleted_at === null ? changes.filter(({ kind }) => kind === 'edited').map((change) => ({ text: change.text, at: iso(change.at) })) : [],
  }
}

const bracketed = (messageId: string) => (messageId.startsWith('<') ? messageId : `<${messageId}>`)

function fromJson(row: Row, inbox: Row) {
  if (row.from_address) return { name: row.from_name, address: row.from_address }
  return row.kind === 'reply' || row.kind === 'auto_reply' ? { name: inbox.name, address: inbox.address ?? '' } : null
}

function mailboxes(stored: string) {
  return (JSON.parse(stored) as { name?: string; address: string }[]).map(({ name: called, address }) => ({ name: called ?? null, address }))
}

function invitationJson(stored: string | null) {
  if (!stored) return null
  const { method, summary, start, end, allDay, place, organiser, attendees } = JSON.parse(stored) as Invitation
  const person = ({ name: called, address }: Mailbox) => ({ name: called ?? null, address })
  return {
    method,
    summary: summary ?? null,
    start: start ?? null,
    end: end ?? null,
    all_day: Boolean(allDay),
    place: place ?? null,
    organiser: organiser ? person(organiser) : null,
    attendees: (attendees ?? []).map(person),
  }
}

function forwardedJson(stored: string | null) {
  if (!stored) return null
  const { name: called, address, subject, sentAt, to, cc } = JSON.parse(stored)
  return { name: called ?? null, address, subject: subject ?? null, sent_at: sentAt ?? null, to: mailboxes(JSON.stringify(to ?? [])), cc: mailboxes(JSON.stringify(cc ?? [])) }
}

/** The explanation is the channel's own, in the caller's language; without one, what the other side said. */
function bounceJson(row: Row, channel: string, i18n: I18n) {
  if (!row.bounce) return null
  const { recipient, recipients, action, status, diagnostic, reason, originalMessageId } = JSON.parse(row.bounce)
  const key = `${channel}.bounce.${reason}`
  return {
    recipient,
    recipients: recipients ?? [recipient],
    action,
    status: status ?? null,
    diagnostic: diagnostic ?? null,
    reason,
    explanation: i18n.resolveIdentifier(key) ? i18n.t(key, { recipient }) : (diagnostic ?? reason),
    original_message_id: idOf(originalMessageId as number | null | undefined),
  }
}

function spamJson(stored: string | null) {
  if (!stored) return null
  const { verdict, score, reasons } = JSON.parse(stored)
  return { verdict, score: score ?? null, reasons: reasons ?? [] }
}
