import { reading } from '#support/transaction'
import { id, idOf, integer, name, nullable, object, text, yesNo } from '../schema.js'

export const attachmentSchema = name(
  'Attachment',
  object({
    id,
    filename: text(),
    content_type: text('by the first bytes, not by what the sender says'),
    size: integer,
    inline: yesNo,
    content_id: nullable(text()),
    sha256: nullable(text('null: the bytes could not be had; `error` says why')),
    error: nullable(text()),
    url: nullable(text()),
  })
)

type Bearer = 'message_id' | 'note_id'

/** The files of messages, or of notes; never of both in one answer. */
export async function attachmentsOf(bearer: Bearer, ids: readonly number[]) {
  const found = new Map<number, ReturnType<typeof attachmentJson>[]>()
  if (ids.length === 0) return found
  const rows = await reading().from('attachments').whereIn(bearer, [...ids]).orderBy('id')
  for (const row of rows) found.set(row[bearer], [...(found.get(row[bearer]) ?? []), attachmentJson(row)])
  return found
}

function attachmentJson(row: Record<string, any>) {
  const path = row.note_id ? `/api/v1/notes/${row.note_id}/attachments/${row.id}` : `/api/v1/attachments/${row.id}`
  return {
    id: idOf(row.id as number),
    filename: row.name as string,
    content_type: row.type as string,
    size: Number(row.bytes),
    inline: Boolean(row.inline),
    content_id: row.content_id as string | null,
    sha256: row.sha256 as string | null,
    error: row.error as string | null,
    url: row.sha256 ? path : null,
  }
}
