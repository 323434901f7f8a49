import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { placePictures, remotePictures } from '#tickets/mail_html'
import { showsAnswersBetween } from '#tickets/answers_between'
import { foldQuote } from '#tickets/mail_quote'
import Message from '#tickets/message'
import { ticketOf } from '#tickets/pages/ticket_page'

/** Pictures named by Content-ID, without the brackets some programs keep. */
const bare = (id: string) => id.replace(/^<|>$/g, '')

export default class MailFramesController {
  /**
   * What the customer's mail program made, on its own white paper: cleaned when it was stored, and shown in a
   * frame that runs no script and reaches nothing. What it repeats of earlier messages is folded (R036). Pictures from the internet only when somebody allowed them.
   */
  async show(ctx: HttpContext) {
    const message = await Message.findOrFail(ctx.params.message_id)
    ctx.params.ticket_id = message.ticketId
    await ticketOf(ctx)

    const remote = ctx.request.input('images') === '1' || (await this.#alwaysAllowed(message.fromAddress))
    const files = await db.from('attachments').where('message_id', message.id).whereNotNull('content_id').whereNotNull('sha256').select('id', 'content_id')
    const addresses = new Map(files.map(({ id, content_id: contentId }) => [bare(contentId), `/attachments/${id}`]))
    const html = message.html ?? ''
    const outside = new Map(remotePictures(html).map((address, n) => [address, `/messages/${message.id}/images/${n}`]))
    const placed = (part: string) => placePictures(part, { resolve: (id) => addresses.get(bare(id)) ?? null, remote: remote ? (address) => outside.get(address) ?? null : null })
    const folded = showsAnswersBetween(message.text, message.visibleText) ? null : foldQuote(html)
    const { before, quoted, after } = folded ?? { before: html, quoted: '', after: '' }

    ctx.response.header('Content-Security-Policy', `sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; form-action 'none'; base-uri 'none'`)
    ctx.response.header('Referrer-Policy', 'no-referrer')
    return ctx.view.render('tickets/mail_frame', { before: placed(before), quoted: placed(quoted), after: placed(after), message })
  }

  async #alwaysAllowed(address: string | null) {
    if (!address) return false
    const row = await db.from('addresses').where({ kind: 'email', value: address.toLowerCase() }).whereNotNull('images_allowed_at').select('id').first()
    return row !== null
  }
}
