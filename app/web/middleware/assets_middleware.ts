import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { assetsFolder } from '#web/assets'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const FINGERPRINTED = /^\/assets\/([a-z-]+-[A-Z0-9]{8}\.(?:css|js|svg|woff2))$/

/**
 * Serves what the asset build made: fingerprinted, so cached for ever, and already compressed. The handful
 * of files is small and read once; the middleware stands first, so an asset costs no session and no query.
 */
export default class AssetsMiddleware {
  #kept = new Map<string, Buffer | null>()

  async handle({ request, response }: HttpContext, next: NextFn) {
    const file = FINGERPRINTED.exec(request.url())?.[1]
    if (!file || !['GET', 'HEAD'].includes(request.method())) return next()

    for (const encoding of this.#encodings(file, request.header('accept-encoding') ?? '')) {
      const body = await this.#read(file + encoding.suffix)
      if (!body) continue
      response.header('Content-Type', TYPES[extname(file)])
      response.header('Cache-Control', 'public, max-age=31536000, immutable')
      response.header('Vary', 'Accept-Encoding')
      if (encoding.name) response.header('Content-Encoding', encoding.name)
      return response.send(body)
    }
    return next()
  }

  #encodings(file: string, accepted: string) {
    const plain = { name: null, suffix: '' }
    if (file.endsWith('.woff2')) return [plain]
    const known = [{ name: 'br', suffix: '.br' }, { name: 'gzip', suffix: '.gz' }]
    return [...known.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(accepted)), plain]
  }

  async #read(name: string) {
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept
    const body = await readFile(join(assetsFolder(), name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    // A name that is not there is not kept: the next build may bring it.
    if (body) this.#kept.set(name, body)
    return body
  }
}
