import { AttachmentSchema } from '#database/schema'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { openTransaction } from '#support/transaction'

/** A file of a message or of a note, never of both; its bytes lie in the drive under its sha256. */
export default class Attachment extends AttachmentSchema {}

/** A file that is kept already, ready to be named by a row. */
export interface AttachedFile {
  readonly name: string
  readonly type: string
  readonly bytes: number
  /** Null when the bytes could not be had; `error` says why. */
  readonly sha256: string | null
  readonly contentId?: string | null
  readonly inline?: boolean
  readonly error?: string | null
}

type Bearer = { readonly messageId: number } | { readonly noteId: number }

/** Writes the rows of a message's or note's files in the open transaction. */
export async function attachFiles(bearer: Bearer, files: readonly AttachedFile[]) {
  const at = nowMs()
  const rows = files.map((file) => ({
    message_id: 'messageId' in bearer ? bearer.messageId : null,
    note_id: 'noteId' in bearer ? bearer.noteId : null,
    name: safeName(file.name),
    type: file.type.slice(0, 100),
    bytes: file.bytes,
    sha256: file.sha256,
    content_id: file.contentId?.slice(0, 300) ?? null,
    inline: file.inline ? 1 : 0,
    error: file.error ?? null,
    created_at: at,
  }))
  for (let from = 0; from < rows.length; from += 40) await openTransaction().insertQuery().table('attachments').multiInsert(rows.slice(from, from + 40))
}

/**
 * Turns an agent's uploads into files of a message or note. An upload is used once.
 *
 * @returns how many there were
 * @throws DomainError when one is not there, not the agent's, or used already
 */
export async function attachUploads(bearer: Bearer, uploadIds: readonly number[], agentId: number): Promise<number> {
  const files = await takeUploads(uploadIds, agentId)
  await attachFiles(bearer, files)
  return files.length
}

/**
 * Takes an agent's uploads out of the open transaction's table, to be named by a row of `attachments`.
 *
 * @throws DomainError when one is not there, not the agent's, or used already
 */
export async function takeUploads(uploadIds: readonly number[], agentId: number): Promise<AttachedFile[]> {
  if (uploadIds.length === 0) return []
  const trx = openTransaction()
  const uploads = await trx.from('uploads').whereIn('id', [...uploadIds]).where('agent_id', agentId).orderBy('id')
  if (uploads.length !== new Set(uploadIds).size) throw new DomainError('tickets.errors.upload_gone', 422)
  const taken = await trx.from('uploads').whereIn('id', [...uploadIds]).where('agent_id', agentId).delete()
  if (Number(taken) !== uploads.length) throw new DomainError('tickets.errors.upload_gone', 422)
  return uploads.map(({ name, type, bytes, sha256 }) => ({ name, type, bytes: Number(bytes), sha256 }))
}

/** A name that is safe to show and to save: no path, no control or direction characters. */
export function safeName(name: string): string {
  const cleaned = name
    .replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\\/]/g, '_')
    .trim()
  return (cleaned || 'file').slice(-255)
}
