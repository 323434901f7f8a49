import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import env from '#start/env'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { reading, openTransaction, transaction } from '#support/transaction'
import Ticket from './ticket.js'

/*
 * Files that leave as addresses instead of as parts of a mail, because a server on the way would refuse them: each
 * with a random part and our signature over it, for a while, and until somebody takes it back.
 */

/** What a mail may carry before its files leave as links, MB: with the third that base64 adds it stays under the usual 25. */
export const LINK_ABOVE_MB = 18

const DAY_MS = 86_400_000

/** A link as the thread and the outgoing message need it; times in ms. */
export interface FileLink {
  readonly id: number
  readonly attachment_id: number
  readonly secret: string
  readonly expires_at: number
  readonly revoked_at: number | null
  readonly fetched: number
}

/** Whether a customer could open a link at all: the desk must have an address of its own in the world. */
export const canLink = () => Boolean(env.get('APP_URL'))

/**
 * Turns the largest files of a message into links until the rest is within the inbox's limit; pictures in the text
 * stay. In the open transaction, before the message is queued.
 *
 * @param all - every file: a server on the way has refused the size
 * @returns how many became links
 */
export async function linkFiles(messageId: number, inboxId: number, { all = false } = {}): Promise<number> {
  if (!canLink()) return 0
  const trx = openTransaction()
  const inbox = await trx.from('inboxes').where('id', inboxId).select('link_above_mb', 'link_days').firstOrFail()
  const rows = await trx
    .from('attachments')
    .leftJoin('file_links', 'file_links.attachment_id', 'attachments.id')
    .where('attachments.message_id', messageId)
    .whereNotNull('attachments.sha256')
    .whereNull('file_links.id')
    .select('attachments.id', 'attachments.bytes', 'attachments.inline')
  let total = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0)
  const limit = all ? 0 : Number(inbox.link_above_mb ?? LINK_ABOVE_MB) * 1_000_000
  const linked = []
  for (const row of rows.filter(({ inline }) => !Number(inline)).sort((a, b) => Number(b.bytes) - Number(a.bytes))) {
    if (total <= limit) break
    total -= Number(row.bytes)
    linked.push(row.id)
  }
  const at = nowMs()
  for (const attachmentId of linked) {
    await trx.insertQuery().table('file_links').insert({ message_id: messageId, attachment_id: attachmentId, secret: randomBytes(18).toString('base64url'), expires_at: at + Number(inbox.link_days) * DAY_MS, created_at: at })
  }
  return linked.length
}

/** The links of messages, by the file they stand for. */
export async function linksOf(messageIds: readonly number[]): Promise<Map<number, FileLink>> {
  if (messageIds.length === 0) return new Map()
  const rows = await reading().from('file_links').whereIn('message_id', [...messageIds]).select('id', 'attachment_id', 'secret', 'expires_at', 'revoked_at', 'fetched')
  return new Map(rows.map((row) => [row.attachment_id, { ...row, expires_at: Number(row.expires_at), revoked_at: row.revoked_at === null ? null : Number(row.revoked_at) }]))
}

/** The address that a customer gets. */
export function addressOf({ id, secret }: Pick<FileLink, 'id' | 'secret'>): string {
  return `${(env.get('APP_URL') ?? '').replace(/\/$/, '')}/files/${id}.${secret}.${sign(id, secret)}`
}

/** The file behind a token; `gone` when it was right once. Null: nobody gave it out. */
export async function openLink(token: string): Promise<{ file: { name: string; type: string; sha256: string | null }; id: number } | 'gone' | null> {
  const [, id, secret, mark] = /^(\d{1,9})\.([\w-]{24})\.([\w-]{27})$/.exec(token) ?? []
  if (!id) return null
  if (!timingSafeEqual(Buffer.from(mark), Buffer.from(sign(Number(id), secret)))) return null
  const row = await reading()
    .from('file_links')
    .join('attachments', 'attachments.id', 'file_links.attachment_id')
    .where('file_links.id', Number(id))
    .where('file_links.secret', secret)
    .whereNotNull('attachments.message_id')
    .select('file_links.id', 'file_links.expires_at', 'file_links.revoked_at', 'attachments.name', 'attachments.type', 'attachments.sha256')
    .first()
  if (!row || row.revoked_at !== null || Number(row.expires_at) <= nowMs()) return 'gone'
  return { file: { name: row.name, type: row.type, sha256: row.sha256 }, id: row.id }
}

/** Somebody has fetched it. */
export async function noteFetched(id: number) {
  await transaction((trx) => trx.from('file_links').where('id', id).update({ fetched: trx.raw('fetched + 1'), fetched_at: nowMs() }))
}

/**
 * Takes a link back: its address opens nothing any more.
 *
 * @throws DomainError when the file has none
 */
export const revokeLink = (attachmentId: number, cause: Cause) => turn(attachmentId, () => ({ revoked_at: nowMs() }), 'file:link_revoked', cause)

/** Lets it open again, for as long as a new one. */
export const renewLink = (attachmentId: number, cause: Cause) => turn(attachmentId, (days) => ({ revoked_at: null, expires_at: nowMs() + days * DAY_MS }), 'file:link_renewed', cause)

async function turn(attachmentId: number, to: (days: number) => Record<string, unknown>, event: 'file:link_revoked' | 'file:link_renewed', cause: Cause) {
  await transaction(async (trx) => {
    const row = await trx
      .from('file_links')
      .join('messages', 'messages.id', 'file_links.message_id')
      .join('inboxes', 'inboxes.id', 'messages.inbox_id')
      .where('file_links.attachment_id', attachmentId)
      .select('file_links.id', 'messages.ticket_id', 'messages.id as message_id', 'inboxes.link_days')
      .first()
    if (!row) throw new DomainError('errors.404.text', 404)
    await trx.from('file_links').where('id', row.id).update(to(Number(row.link_days)))
    const ticket = await Ticket.findOrFail(row.ticket_id, { client: trx })
    await ticket.keep()
    await ticket.tell(event, { messageId: row.message_id, attachmentId }, cause)
  })
}

function sign(id: number, secret: string): string {
  return createHmac('sha256', env.get('APP_KEY').release()).update(`file|${id}|${secret}`).digest('base64url').slice(0, 27)
}
