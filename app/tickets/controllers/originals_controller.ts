import { once } from 'node:events'
import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { DomainError } from '#support/domain_error'
import { keptBytes, openKept } from '#support/files'
import { safeHeaders } from '#tickets/attachment_response'
import Message from '#tickets/message'
import { headersOf } from '#tickets/pages/mail_headers'
import { ticketOf } from '#tickets/pages/ticket_page'

/** As much of the original as a page shows; the rest is in the file. */
const SHOWN_BYTES = 200_000

export default class OriginalsController {
  /** The bytes of a message as they came, as text: for whoever wants to know what a mail program really sent. */
  async show(ctx: HttpContext) {
    const message = await this.#message(ctx)
    const raw = await this.#raw(message)
    const head = raw ? await beginning(raw.path) : ''
    return ctx.view.render('tickets/originals/show', { message, raw, cut: raw !== null && raw.bytes > SHOWN_BYTES, text: head || message.text, headers: head ? headersOf(head) : storedHeaders(message) })
  }

  /** The same as a file. Never shown by the browser: a mail may hold anything. */
  async download(ctx: HttpContext) {
    const message = await this.#message(ctx)
    const raw = await this.#raw(message)
    if (!raw) throw new DomainError('desk.file_gone', 404)
    safeHeaders(ctx.response, { name: `${message.ticketId}-${message.id}.${raw.type === 'message/rfc822' ? 'eml' : 'json'}`, inPlace: false })
    ctx.response.header('content-type', 'application/octet-stream')
    ctx.response.header('content-length', String(raw.bytes))
    return ctx.response.stream(openKept(raw.path))
  }

  async #message(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketOf(ctx)
    return message
  }

  /** Null for what we wrote, and for what retention has taken. */
  async #raw({ incomingItemId }: Message) {
    const item = incomingItemId ? await db.from('incoming_items').where('id', incomingItemId).select('raw_path', 'type').first() : null
    const bytes = item ? await keptBytes(item.raw_path) : null
    return bytes === null ? null : { path: item.raw_path as string, type: item.type as string, bytes }
  }
}

async function beginning(path: string): Promise<string> {
  const stream = openKept(path, { start: 0, end: SHOWN_BYTES - 1 })
  const chunks: Buffer[] = []
  stream.on('data', (chunk) => chunks.push(chunk as Buffer))
  await once(stream, 'close')
  return Buffer.concat(chunks).toString('utf8').replaceAll('\u0000', '')
}

function storedHeaders(message: Message): [name: string, value: string][] {
  const line = (list: Message['to']) => list.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ')
  const pairs: [string, string | null][] = [
    ['From', [message.fromName, message.fromAddress].filter(Boolean).join(' ')],
    ['To', line(message.to)],
    ['Cc', line(message.cc)],
    ['Bcc', line(message.bcc)],
    ['Subject', message.subject],
    ['Message-ID', message.externalId],
    ['In-Reply-To', message.inReplyTo],
  ]
  return pairs.filter((pair): pair is [string, string] => Boolean(pair[1]))
}
