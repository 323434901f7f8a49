import type { HttpContext } from '@adonisjs/core/http'
import { DomainError } from '#support/domain_error'
import { remotePictures } from '#tickets/mail_html'
import Message from '#tickets/message'
import { fetchRemoteImage } from '#tickets/pages/remote_image'
import { ticketOf } from '#tickets/pages/ticket_page'

export default class RemoteImagesController {
  /**
   * The n-th picture from the internet of a mail, through us. Only what stands in the mail can be asked for, so
   * nobody makes an open proxy of it.
   */
  async show(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketOf(ctx)
    const address = remotePictures(message.html ?? '')[Number(ctx.params.n)]
    if (!address) throw new DomainError('errors.404.text', 404)

    const { type, bytes } = await fetchRemoteImage(address)
    const { response } = ctx
    response.header('content-type', type)
    response.header('x-content-type-options', 'nosniff')
    response.header('content-security-policy', "default-src 'none'; sandbox")
    response.header('content-disposition', 'inline; filename="image"')
    response.header('cache-control', 'private, max-age=86400')
    return response.send(bytes)
  }
}
