import { idForms, ownReference } from '#channels/outbound/reference'
import { openTransaction } from '#support/transaction'
import type { InboundDraft } from './draft.js'

export interface Answered {
  readonly id: number
  readonly ticket_id: number
  readonly inbox_id: number
}

/** The messages that these ids name, in the order of the ids; one of the same inbox before one of another. */
export async function messagesByIds({ inbox: { id: inboxId, ours }, ahead }: InboundDraft, ids: readonly string[]): Promise<Answered[]> {
  const wanted = ids.slice(0, 50).filter((id) => id && ownReference(id, ours) !== 'forged')
  if (wanted.length === 0) return []
  const rows = await ahead.messagesWith([...new Set(wanted.flatMap(idForms))])
  const named: (Answered | null)[] = wanted.map((id) => {
    const forms = idForms(id)
    const found = rows.filter((row) => forms.includes(row.external_id))
    return found.find((row) => row.inbox_id === inboxId) ?? found[0] ?? null
  })
  // Most ids are found at once; parts of a message that left in several have a table of their own.
  if (named.includes(null)) {
    const parts = await openTransaction().from('message_ids').join('messages', 'messages.id', 'message_ids.message_id').where('message_ids.inbox_id', inboxId).whereIn('message_ids.external_id', wanted).select('messages.id', 'messages.ticket_id', 'messages.inbox_id', 'message_ids.external_id')
    for (const [at, id] of wanted.entries()) named[at] ??= parts.find((row) => row.external_id === id) ?? null
  }
  return named.filter((row) => row !== null)
}
