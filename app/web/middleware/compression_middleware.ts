import { promisify } from 'node:util'
import { constants, brotliCompress, gzip } from 'node:zlib'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

const squeeze = { br: promisify(brotliCompress), gzip: promisify(gzip) }
const LEAST_BYTES = 2000

/**
 * Compresses pages on their way out: many desks stand without a proxy, and a list of fifty rows is a tenth of
 * its size when packed. The work is done off the event loop and at a light setting. Files and streams are left
 * alone: assets are packed already, pictures gain nothing.
 */
export default class CompressionMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    await next()
    const { request, response } = ctx
    const accepted = request.header('accept-encoding') ?? ''
    const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null
    const body: unknown = response.content?.[0]
    if (typeof body !== 'string' || body.length < LEAST_BYTES || response.getHeader('content-encoding')) return

    const type = String(response.getHeader('content-type') ?? (body.trimStart().startsWith('<') ? 'text/html; charset=utf-8' : ''))
    if (!/^(text\/|application\/json)/.test(type)) return
    response.header('Content-Type', type).vary('Accept-Encoding')
    // Node encodes a long text twice, once to count it and once into three times the memory it needs.
    if (!encoding) return response.send(Buffer.from(body), false)
    const packed = encoding === 'br' ? await squeeze.br(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }) : await squeeze.gzip(body, { level: 5 })
    response.header('Content-Encoding', encoding)
    response.send(packed, false)
  }
}
