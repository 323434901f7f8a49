import { createReadStream } from 'node:fs'
import type { HttpContext } from '@adonisjs/core/http'
import Upload from '#tickets/upload'

/** Files that came inside the composer's own form: the way without JavaScript. Returns the ids of their uploads. */
export async function keepSentFiles(ctx: HttpContext): Promise<number[]> {
  const ids: number[] = []
  for (const file of ctx.request.files('files')) {
    if (!file.tmpPath || file.size === 0) continue
    const upload = await Upload.keep({ name: file.clientName, body: createReadStream(file.tmpPath) }, ctx.by.id)
    ids.push(upload.id)
  }
  return ids
}
