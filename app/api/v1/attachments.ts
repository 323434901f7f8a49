import { PassThrough } from 'node:stream'
import type { MultipartStream } from '@adonisjs/core/types/bodyparser'
import { FileTooLarge } from '#support/files'
import { reading } from '#support/transaction'
import { sendFile } from '#tickets/attachment_response'
import { askForFile } from '#tickets/file_request'
import Upload, { MAX_UPLOAD_BYTES } from '#tickets/upload'
import { endpoint, type Call } from '../endpoint.js'
import { maySee } from '../found.js'
import { Refusal, wrongField } from '../problem.js'
import { id, integer, iso, name, object, text, time } from '../schema.js'
import { attachmentJson, attachmentSchema } from '../serializers/attachment.js'

const uploadSchema = name('Upload', object({ id, filename: text(), content_type: text(), size: integer, sha256: text(), created_at: time }))

/** What a form adds around its file; bytes. */
const ENVELOPE_BYTES = 100_000

export const attachments = [
  endpoint({
    method: 'GET',
    path: '/attachments/{id}',
    resource: 'Files',
    summary: 'Download a file of a message',
    description: 'The content type is found from the bytes. Notes have a route of their own for their files.',
    ability: 'read',
    answer: 'application/octet-stream',
    refusals: [404, 410],
    async handle(call) {
      await sendFile(call.ctx, await visibleFile(call))
    },
  }),

  endpoint({
    method: 'POST',
    path: '/attachments/{id}/retrieval',
    resource: 'Files',
    summary: 'Fetch a file once more that could not be had when its message came',
    description: 'Platforms keep files for hours or days. What comes of it stands in `state` and `error` of the file, soon after; 409 when it is here, or is being fetched already.',
    ability: 'write',
    answer: attachmentSchema,
    status: 202,
    refusals: [404, 409],
    async handle(call) {
      const file = await visibleFile(call)
      await askForFile(file.id, call.cause)
      return attachmentJson(await visibleFile(call), call.i18n)
    },
  }),

  endpoint({
    method: 'POST',
    path: '/uploads',
    resource: 'Files',
    summary: 'Send a file up, to be named by a reply or note',
    description: `One part named \`file\`, at most ${MAX_UPLOAD_BYTES / 1_000_000} MB. It is streamed to the disk, and forgotten after a day if nothing names it.`,
    ability: 'write',
    reads: 'multipart/form-data',
    answer: uploadSchema,
    status: 201,
    refusals: [413, 415],
    async handle(call) {
      const upload = await streamed(call)
      return call.once(`${upload.sha256} ${upload.name}`, async () => ({
        id: String(upload.id),
        filename: upload.name,
        content_type: upload.type,
        size: upload.bytes,
        sha256: upload.sha256,
        created_at: iso(upload.createdAt.toMillis()),
      }))
    },
  }),
]

/** The row of a message's file, if the caller may see its ticket. */
async function visibleFile(call: Call<any, any>): Promise<any> {
  const file = await reading()
    .from('attachments')
    .join('messages', 'messages.id', 'attachments.message_id')
    .join('tickets', 'tickets.id', 'messages.ticket_id')
    .where('attachments.id', call.params.id)
    .select('attachments.*', 'tickets.inbox_id')
    .first()
  if (!file || !maySee(call.access, file.inbox_id)) throw new Refusal(404, 'not_found')
  return file
}

/** Reads the one file of the request while it comes in. A repeat under the same key leaves a second row, which the sweep removes. */
async function streamed({ ctx, agent }: Call): Promise<Upload> {
  const { request } = ctx
  if (!request.is(['multipart/form-data'])) throw new Refusal(415, 'media_type', { type: 'multipart/form-data' })

  if (Number(request.header('content-length') ?? 0) > MAX_UPLOAD_BYTES + ENVELOPE_BYTES) {
    request.request.resume()
    throw new FileTooLarge(MAX_UPLOAD_BYTES)
  }
  let upload: Upload | undefined
  let failure: unknown
  // What a part's handler throws stays in the parser: it is kept here, and thrown when the rest has been read.
  request.multipart.onFile('file', { deferValidations: true }, async (part: MultipartStream) => {
    try {
      if (upload) throw wrongField('file', 'single', 'Send one file at a time')
      // Between them a pipe: keeping may end early, and the part must still be read to its end.
      upload = await Upload.keep({ name: part.file.clientName, body: part.pipe(new PassThrough()) }, agent.id)
    } catch (error) {
      failure = error
      part.resume()
    }
  })
  await request.multipart.process()
  if (failure) throw failure
  if (!upload) throw wrongField('file', 'required', 'Send a part named file')
  return upload
}
