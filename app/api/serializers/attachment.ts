import { reading } from '#support/transaction'
import type { I18n } from '@adonisjs/i18n'
import { sayReason } from '#plugins/reasons'
import { nowMs } from '#support/clock'
import { ASKED_MS } from '#tickets/file_request'
import { id, idOf, integer, name, nullable, object, oneOf, text, yesNo } from '../schema.js'

export const attachmentSchema = name(
  'Attachment',
  object({
    id,
    filename: text(),
    content_type: text('by the first bytes; where they tell nothing, by the name; else as its sender says'),
    size: integer,
    inline: yesNo,
    content_id: nullable(text()),
    sha256: nullable(text('null: the bytes could not be had; `error` says why')),
    state: oneOf('here', 'missing', 'fetching'),
    error: nullable(text('in words')),
    url: nullable(text()),
  })
)

type Bearer = 'message_id' | 'note_id'

/** The files of messages, or of notes; never of both in one answer. */
export async function attachmentsOf(bearer: Bearer, ids: readonly number[], i18n?: I18n) {
  const found = new Map<number, ReturnType<typeof attachmentJson>[]>()
  if (ids.length === 0) return found
  const rows = await reading().from('attachments').whereIn(bearer, [...ids]).orderBy('id')
  for (const row of rows) found.set(row[bearer], [...(found.get(row[bearer]) ?? []), attachmentJson(row, i18n)])
  return found
}

export function attachmentJson(row: Record<string, any>, i18n?: I18n) {
  const path = row.note_id ? `/api/v1/notes/${row.note_id}/attachments/${row.id}` : `/api/v1/attachments/${row.id}`
  return {
    id: idOf(row.id as number),
    filename: row.name as string,
    content_type: row.type as string,
    size: Number(row.bytes),
    inline: Boolean(row.inline),
    content_id: row.content_id as string | null,
    sha256: row.sha256 as string | null,
    state: row.sha256 !== null ? 'here' : row.asked_at !== null && Number(row.asked_at) > nowMs() - ASKED_MS ? 'fetching' : 'missing',
    // A note's files were sent up by an agent: they are all here.
    error: row.error && i18n ? sayReason(i18n, row.error) : null,
    url: row.sha256 ? path : null,
  }
}
