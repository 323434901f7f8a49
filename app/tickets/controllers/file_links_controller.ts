import type { HttpContext } from '@adonisjs/core/http'
import limiter from '@adonisjs/limiter/services/main'
import Attachment from '#tickets/attachment'
import { sendFile } from '#tickets/attachment_response'
import { noteFetched, openLink, renewLink, revokeLink } from '#tickets/file_link'
import Message from '#tickets/message'
import { sayDone } from '#tickets/pages/said'
import { ticketToWorkOn } from '#tickets/pages/ticket_page'
import { DomainError } from '#support/domain_error'

const CALLS = { requests: 60, duration: '1 min' } as const

export default class FileLinksController {
  /** Hands a file to whoever has its address. No sign-in: the customer has none. */
  async show(ctx: HttpContext) {
    const { params, request, response, view } = ctx
    response.header('referrer-policy', 'no-referrer')
    response.header('x-robots-tag', 'noindex, nofollow')
    if ((await limiter.use(CALLS).attempt(`file:${request.ip()}`, () => true)) !== true) return response.header('Retry-After', '60').tooManyRequests('')
    const found = await openLink(String(params.token))
    if (found === null) throw new DomainError('errors.404.text', 404)
    if (found === 'gone') return response.status(410).send(await view.render('tickets/file_gone'))
    if (request.method() === 'GET') await noteFetched(found.id)
    await sendFile(ctx, { ...found.file, type: 'application/octet-stream' })
    response.header('cache-control', 'private, no-store')
  }

  /** It may be opened again, for as long as a new one. */
  async store(ctx: HttpContext) {
    const file = await this.#file(ctx)
    await renewLink(file.id, { by: ctx.by })
    return sayDone(ctx, ctx.params.ticket_id, { done: 'link_renewed', values: { name: file.name } })
  }

  /** The address opens nothing any more. */
  async destroy(ctx: HttpContext) {
    const file = await this.#file(ctx)
    await revokeLink(file.id, { by: ctx.by })
    return sayDone(ctx, ctx.params.ticket_id, { done: 'link_revoked', values: { name: file.name }, undo: { action: `/attachments/${file.id}/link` } })
  }

  async #file(ctx: HttpContext) {
    const file = await Attachment.findOrFail(ctx.params.id)
    if (!file.messageId) throw new DomainError('errors.404.text', 404)
    ctx.params.ticket_id = (await Message.findOrFail(file.messageId)).ticketId
    await ticketToWorkOn(ctx)
    return file
  }
}
