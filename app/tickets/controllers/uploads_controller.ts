import { PassThrough } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { FileTooLarge } from '#support/files'
import { mustWork } from '#tickets/pages/ticket_page'
import Upload, { MAX_UPLOAD_BYTES } from '#tickets/upload'

export default class UploadsController {
  /** Takes files while they stream in; nothing is held in memory. Answers with their ids for the composer. */
  async store(ctx: HttpContext) {
    mustWork(ctx.auth.getUserOrFail())
    const kept: Upload[] = []
    let refused: unknown = null

    ctx.request.multipart.onFile('*', {}, async (part) => {
      // The part flows as soon as anybody listens; a pipe holds what comes before the file is open.
      const body = part.pipe(new PassThrough())
      part.on('error', (error) => body.destroy(error))
      try {
        kept.push(await Upload.keep({ name: part.filename ?? 'file', body }, ctx.by.id))
      } catch (error) {
        refused ??= error
        part.resume()
      }
      return {}
    })
    await ctx.request.multipart.process({ limit: MAX_UPLOAD_BYTES * 2 })

    if (refused instanceof FileTooLarge) ctx.response.status(413)
    else if (refused) throw refused
    return ctx.response.json({
      files: kept.map(({ id, name, bytes }) => ({ id, name, size: ctx.format.bytes(bytes) })),
      error: refused instanceof FileTooLarge ? ctx.i18n.t(refused.key, refused.values) : null,
    })
  }
}
