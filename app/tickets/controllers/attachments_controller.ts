import type { HttpContext } from '@adonisjs/core/http'
import Attachment from '#tickets/attachment'
import { contentPath, keptBytes, openKept } from '#support/files'
import { DomainError } from '#support/domain_error'
import Message from '#tickets/message'
import Note from '#tickets/note'
import { wayToShow } from '#tickets/attachment_response'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class AttachmentsController {
  /** A file of a message, to whoever may see the message. */
  async show(ctx: HttpContext) {
    const file = await Attachment.findOrFail(ctx.params.id)
    if (!file.messageId) throw new DomainError('errors.404.text', 404)
    ctx.params.ticket_id = (await Message.findOrFail(file.messageId)).ticketId
    return this.#send(ctx, file)
  }

  /** A file of a note: its own address, so that nothing which serves messages can reach it. */
  async note(ctx: HttpContext) {
    const file = await Attachment.findOrFail(ctx.params.id)
    if (!file.noteId) throw new DomainError('errors.404.text', 404)
    // What an author took away is gone with its files.
    ctx.params.ticket_id = (await Note.query().where('id', file.noteId).whereNull('deleted_at').firstOrFail()).ticketId
    return this.#send(ctx, file)
  }

  async #send(ctx: HttpContext, file: Attachment) {
    await ticketOf(ctx)
    const bytes = file.sha256 ? await keptBytes(contentPath(file.sha256)) : null
    if (bytes === null) throw new DomainError('desk.file_gone', 404)

    const { response } = ctx
    const { inPlace, type } = await wayToShow(file)
    const shown = inPlace && ctx.request.input('download') === undefined
    const name = file.name.replace(/[^\x20-\x7e]|["\\]/g, '_')
    response.header('Content-Type', type)
    response.header('Content-Length', bytes)
    response.header('X-Content-Type-Options', 'nosniff')
    response.header('Content-Security-Policy', `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; frame-ancestors 'self'`)
    response.header('Content-Disposition', `${shown ? 'inline' : 'attachment'}; filename="${name}"; filename*=UTF-8''${encodeURIComponent(file.name)}`)
    response.header('Cache-Control', 'private, max-age=86400, immutable')
    return response.stream(openKept(contentPath(file.sha256!)))
  }
}
