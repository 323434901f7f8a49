import { buffer } from 'node:stream/consumers'
import type { HttpContext } from '@adonisjs/core/http'
import { DomainError } from '#support/domain_error'
import { contentPath, keptBytes, openKept } from '#support/files'
import { isSure, mayShowInPlace, UNKNOWN } from '#tickets/sniffing'

/** Where all signs of a kind stand. */
const HEAD_BYTES = 1024

/** What is needed to hand a file out; a row of `attachments` or `uploads` has it. */
export interface HandedFile {
  readonly name: string
  readonly type: string
  readonly sha256: string | null
}

/**
 * Streams a file to a browser or program so that it can do no harm there: a short list of pictures,
 * sound and PDF may be shown in place, everything else is a download; nothing is guessed from its
 * bytes, and nothing in it runs. The caller has asked whether the reader may see it.
 *
 * @throws DomainError 410 when the bytes could not be had, or were purged
 */
export async function sendFile({ response }: HttpContext, file: HandedFile) {
  const bytes = file.sha256 ? await keptBytes(contentPath(file.sha256)) : null
  if (bytes === null) throw new DomainError('errors.file_gone', 410)

  const { inPlace, type } = await wayToShow(file)
  safeHeaders(response, { name: file.name, inPlace })
  response.header('content-type', type)
  response.header('content-length', String(bytes))
  // Named by its content, so it never changes; private, because rights differ from reader to reader.
  response.header('etag', `"${file.sha256}"`)
  response.header('cache-control', 'private, max-age=3600')
  return response.stream(openKept(contentPath(file.sha256!)))
}

/** What is shown in place is so by its own first bytes; one that is not what it is called becomes a download of unknown kind. */
export async function wayToShow({ type, sha256 }: HandedFile): Promise<{ inPlace: boolean; type: string }> {
  if (!mayShowInPlace(type)) return { inPlace: false, type }
  const isIt = isSure(await buffer(openKept(contentPath(sha256!), { start: 0, end: HEAD_BYTES - 1 })), type)
  return { inPlace: isIt, type: isIt ? type : UNKNOWN }
}

/** Headers for bytes that somebody else wrote. */
export function safeHeaders(response: HttpContext['response'], { name, inPlace }: { name: string; inPlace: boolean }) {
  const ascii = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').replace(/["\\%;]/g, '_').trim() || 'file'
  response.header('content-disposition', `${inPlace ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, hex)}`)
  response.header('x-content-type-options', 'nosniff')
  response.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox")
  response.header('cross-origin-resource-policy', 'same-origin')
}

const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
