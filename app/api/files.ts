import { Readable } from 'node:stream'
import Upload from '#tickets/upload'
import { wrongField } from './problem.js'

export interface FileInput {
  readonly upload_id?: string
  readonly filename?: string
  readonly content_type?: string
  readonly content_base64?: string
}

/**
 * Keeps the files that came inside a request, so that a message or note can name them. Done before
 * its transaction: a crash between leaves an upload that the daily sweep removes.
 *
 * @returns ids of uploads, in the order given
 */
export async function keepInputs(files: readonly FileInput[] | undefined, agentId: number): Promise<number[]> {
  const ids: number[] = []
  for (const [index, file] of (files ?? []).entries()) {
    if (file.upload_id !== undefined) {
      ids.push(Number(file.upload_id))
      continue
    }
    if (file.filename === undefined || file.content_base64 === undefined) {
      throw wrongField(`attachments.${index}`, 'required', 'An attachment needs an upload_id, or a filename and content_base64')
    }
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(file.content_base64)) throw wrongField(`attachments.${index}.content_base64`, 'base64', 'This is not base64')
    const upload = await Upload.keep({ name: file.filename, body: Readable.from([Buffer.from(file.content_base64, 'base64')]) }, agentId)
    ids.push(upload.id)
  }
  return ids
}
