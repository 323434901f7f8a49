import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { storedItem } from '#channels/inbound/stored'
import Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { DomainError } from '#support/domain_error'
import { keptBytes } from '#support/files'
import { within } from '#support/patience'
import Message from '#tickets/message'
import { ticketOf } from '#tickets/pages/ticket_page'

/** What a person may choose when letters came damaged, the likeliest of our customers first. */
const ENCODINGS = ['windows-1250', 'iso-8859-2', 'windows-1253', 'iso-8859-7', 'utf-8', 'windows-1252', 'windows-1251', 'koi8-r', 'cp852', 'gb18030', 'iso-2022-jp']
const SECONDS = 5

export default class RereadingsController {
  /** The original once more, in an encoding that a person chooses: for a mail whose own label lies. Changes nothing. */
  async show(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketOf(ctx)

    const item = message.incomingItemId ? await db.from('incoming_items').where('id', message.incomingItemId).first() : null
    const inbox = await Inbox.findOrFail(message.inboxId)
    const driver = pluginRegistry.channel(inbox.channel)
    if (!item || !driver?.readAs || (await keptBytes(item.raw_path)) === null) throw new DomainError('desk.file_gone', 404)

    const asked = String(ctx.request.input('as') ?? '')
    const encoding = ENCODINGS.includes(asked) ? asked : ENCODINGS[0]
    const read = await within(SECONDS, driver.readAs(storedItem(item), encoding, await pluginRegistry.inboxFor(inbox)))
    return ctx.view.render('tickets/rereadings/show', { message, encodings: ENCODINGS, encoding, text: read.text.slice(0, 200_000), subject: read.subject ?? '' })
  }
}
