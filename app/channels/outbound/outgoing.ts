import { DateTime } from 'luxon'
import i18nManager from '@adonisjs/i18n/services/main'
import db from '@adonisjs/lucid/services/db'
import type { Address, File, OutgoingMessage } from '#plugin'
import { contentPath, openKept } from '#support/files'
import { setting } from '#support/settings'
import { addressOf, linksOf, type FileLink } from '#tickets/file_link'
import { replyMark } from './reference.js'
import type { Mailbox } from '#tickets/message_parts'
import { kindOf } from './address_kind.js'

export interface DueDelivery {
  readonly id: number
  readonly message_id: number
  readonly inbox_id: number
  readonly reference: string
  readonly attempts: number
  readonly first_tried_at: number | null
}

/** What of a message may leave the house. A column that is not named here stays inside. */
const MESSAGE_COLUMNS = ['id', 'ticket_id', 'inbox_id', 'kind', 'author_kind', 'author_id', 'to', 'cc', 'bcc', 'subject', 'text', 'html', 'references', 'automatic', 'template']

/**
 * Builds what a channel sends: one message and its own files, and nothing else of the ticket.
 * Reads `messages` and `attachments` only; internal notes have a table that is not named here.
 */
export async function outgoingMessage(delivery: DueDelivery): Promise<OutgoingMessage> {
  const message = await db.from('messages').where('id', delivery.message_id).whereIn('kind', ['reply', 'auto_reply']).select(...MESSAGE_COLUMNS).firstOrFail()
  const ticket = await db.from('tickets').where('id', message.ticket_id).select('id', 'customer_id', 'language', 'last_customer_message_at').firstOrFail()
  const window = await db.from('tickets').where({ inbox_id: message.inbox_id, customer_id: ticket.customer_id }).max('window_from_at as at').first()
  const thread = await db.from('thread_keys').where({ ticket_id: ticket.id, inbox_id: message.inbox_id }).orderBy('updated_at', 'desc').select('key').first()
  const [to, ...alsoTo] = await addresses(message.to)

  const { files, links } = await filesOf(message.id)
  const words = linkWords(links, ticket.language ?? (await setting('company.language')), await setting('company.time_zone'))

  return {
    id: message.id,
    reference: delivery.reference,
    fromName: await senderName(message),
    to,
    alsoTo,
    cc: await addresses(message.cc),
    bcc: await addresses(message.bcc),
    text: words ? `${message.text}\n\n${words.text}` : message.text,
    html: message.html && words ? `${message.html}\n${words.html}` : (message.html ?? undefined),
    subject: message.subject ? numbered(message.subject, ticket.id) : undefined,
    files,
    thread: { key: thread?.key, references: JSON.parse(message.references) },
    attempts: delivery.attempts,
    firstTriedAt: moment(delivery.first_tried_at),
    ...(message.template ? { template: JSON.parse(message.template) } : {}),
    lastIncomingAt: moment(window?.at ?? ticket.last_customer_message_at),
    replyMark: replyMark('r', ticket.id),
    byPerson: message.author_kind === 'agent' && !Number(message.automatic),
  }
}

/** The number brings an answer home when a mail program loses its references; it stands there once. */
function numbered(subject: string, ticketId: number) {
  const token = `[#${ticketId}]`
  return subject.includes(token) ? subject : `${subject} ${token}`
}

async function senderName(message: { author_kind: string; author_id: string | null }): Promise<string> {
  const company = await setting('company.name')
  if (message.author_kind !== 'agent') return company
  const agent = await db.from('agents').where('id', Number(message.author_id)).select('name').first()
  return agent ? `${agent.name}, ${company}` : company
}

type Linked = { readonly name: string; readonly bytes: number; readonly link: FileLink }

async function filesOf(messageId: number): Promise<{ files: File[]; links: Linked[] }> {
  const rows = await db.from('attachments').where('message_id', messageId).whereNull('note_id').whereNotNull('sha256').orderBy('id').select('id', 'name', 'type', 'bytes', 'sha256', 'content_id')
  const linked = rows.length > 0 ? await linksOf([messageId]) : new Map<number, FileLink>()
  const files = rows
    .filter(({ id }) => !linked.has(id))
    .map((row) => ({
      name: row.name,
      type: row.type,
      bytes: Number(row.bytes),
      ...(row.content_id ? { contentId: row.content_id } : {}),
      open: async () => openKept(contentPath(row.sha256)),
    }))
  return { files, links: rows.filter(({ id }) => linked.has(id)).map((row) => ({ name: row.name, bytes: Number(row.bytes), link: linked.get(row.id)! })) }
}

/** What stands in the mail for the files that are too large to go along, in the customer's language. */
function linkWords(links: readonly Linked[], language: string, zone: string) {
  if (links.length === 0) return null
  const i18n = i18nManager.locale(language)
  const until = i18n.formatDate(new Date(Math.min(...links.map(({ link }) => link.expires_at))), { dateStyle: 'long', timeZone: zone })
  const head = i18n.t('sending.link_head', { count: links.length, until })
  const lines = links.map(({ name, bytes, link }) => ({ name: `${name} (${i18n.formatNumber(bytes / 1e6, { maximumFractionDigits: 1 })} MB)`, url: addressOf(link) }))
  return {
    text: [head, ...lines.map(({ name, url }) => `${name}\n${url}`)].join('\n'),
    html: `<p>${escape(head)}</p>\n<ul>${lines.map(({ name, url }) => `<li><a href="${escape(url)}">${escape(name)}</a></li>`).join('')}</ul>`,
  }
}

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

async function addresses(json: string): Promise<Address[]> {
  const list: Mailbox[] = JSON.parse(json)
  return list.map(({ name, address }) => ({ kind: kindOf(address), value: address, ...(name ? { name } : {}) }))
}

function moment(ms: number | null): DateTime | undefined {
  return ms === null ? undefined : DateTime.fromMillis(Number(ms), { zone: 'utc' })
}
