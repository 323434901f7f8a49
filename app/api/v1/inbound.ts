import { PassThrough } from 'node:stream'
import Inbox from '#channels/inbox'
import { ingest } from '#channels/inbound/gateway'
import { sayReason } from '#plugins/reasons'
import { now } from '#support/clock'
import { dropKept, FileTooLarge, keepRaw, openKept, type KeptFile } from '#support/files'
import { endpoint, type Call } from '../endpoint.js'
import { maySee } from '../found.js'
import { Refusal } from '../problem.js'
import { id, name, nullable, object, oneOf, text } from '../schema.js'

/** A mail of 40 MB of files is 55 MB long; bytes. */
const MAX_RAW_BYTES = 64_000_000

const answer = name(
  'Ingested',
  object({
    incoming_id: id,
    message_id: nullable(id),
    ticket_number: nullable(id),
    outcome: oneOf('created', 'appended', 'duplicate', 'bounce', 'ignored', 'failed'),
    reason: nullable(text('in words')),
  })
)

export const inbound = [
  endpoint({
    method: 'POST',
    path: '/inboxes/{id}/inbound',
    resource: 'Inboxes',
    summary: 'Hand a raw message to an inbox',
    description:
      'For an e-mail inbox the body is `message/rfc822`. It is kept byte for byte, then processed before the answer. The same bytes a second time are a duplicate, and the answer names what they made the first time. `failed` is kept too: see /incoming.',
    ability: 'write',
    reads: 'message/rfc822',
    answer,
    refusals: [404, 413, 415],
    async handle(call) {
      const inbox = await Inbox.query().where('id', call.params.id!).whereNull('deleted_at').first()
      if (!inbox || !maySee(call.access, inbox.id)) throw new Refusal(404, 'not_found')

      // Its bytes name it, so they are all read before the gateway gets them.
      const kept = await keepBody(call)
      try {
        if (kept.bytes === 0) throw new Refusal(422, 'empty_body')
        return await call.once(kept.sha256, () => handIn(call, inbox, kept))
      } finally {
        await dropKept(kept.path)
      }
    },
  }),
]

async function handIn(call: Call, inbox: Inbox, kept: KeptFile) {
  const raw = { externalId: `api:${kept.sha256}`, type: mediaType(call), at: now(), body: openKept(kept.path) }
  const { incomingId, messageId, ticketId, outcome, reason } = await ingest(inbox, raw, { via: 'api' })
  return {
    incoming_id: String(incomingId),
    message_id: messageId === null ? null : String(messageId),
    ticket_number: ticketId === null ? null : String(ticketId),
    outcome,
    reason: reason ? sayReason(call.i18n, reason) : null,
  }
}

async function keepBody({ ctx: { request } }: Call): Promise<KeptFile> {
  // What the framework has read already (JSON) it keeps as text; anything else is still in the socket.
  const read = request.raw()
  if (read !== null) return keepRaw(Buffer.from(read), { maxBytes: MAX_RAW_BYTES })

  const socket = request.request
  try {
    if (Number(request.header('content-length') ?? 0) > MAX_RAW_BYTES) throw new FileTooLarge(MAX_RAW_BYTES)
    // Between them a pipe: keeping may end early, and the rest must be read for the caller to hear the answer.
    return await keepRaw(socket.pipe(new PassThrough()), { maxBytes: MAX_RAW_BYTES })
  } finally {
    socket.resume()
  }
}

/** Forms are refused: their bytes were changed on the way. */
function mediaType({ ctx }: Call): string {
  const type = (ctx.request.header('content-type') ?? 'message/rfc822').split(';')[0]!.trim().toLowerCase()
  if (type.startsWith('multipart/') || type === 'application/x-www-form-urlencoded') throw new Refusal(415, 'media_type', { type: 'message/rfc822' })
  return type
}
