import type { HttpContext } from '@adonisjs/core/http'
import Attachment from '#tickets/attachment'
import { askForFile } from '#tickets/file_request'
import Message from '#tickets/message'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { DomainError } from '#support/domain_error'

export default class RetrievalsController {
  /** A file that could not be had when its message came is fetched once more. */
  async store(ctx: HttpContext) {
    const file = await Attachment.findOrFail(ctx.params.id)
    if (!file.messageId) throw new DomainError('errors.404.text', 404)
    ctx.params.ticket_id = (await Message.findOrFail(file.messageId)).ticketId
    await ticketToWorkOn(ctx)
    await askForFile(file.id, { by: ctx.by })
    return sayDone(ctx, ctx.params.ticket_id, { done: 'file_asked', values: { name: file.name } })
  }
}
