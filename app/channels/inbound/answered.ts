import { idForms, ownReference } from '#channels/outbound/reference'
import { openTransaction } from '#support/transaction'

export interface Answered {
  readonly id: number
  readonly ticket_id: number
  readonly inbox_id: number
}

/** The messages that these ids name, in the order of the ids; one of the same inbox before one of another. */
export async function messagesByIds(inboxId: number, ids: readonly string[]): Promise<Answered[]> {
  const wanted = ids.slice(0, 50).filter((id) => id && ownReference(id) !== 'forged')
  if (wanted.length === 0) return []
  const rows = await openTransaction()
    .from('messages')
    .whereIn('external_id', wanted.flatMap(idForms))
    .orderBy('id', 'desc')
    .limit(200)
    .select('id', 'ticket_id', 'inbox_id', 'external_id')
  return wanted.flatMap((id) => {
    const forms = idForms(id)
    const found = rows.filter((row) => forms.includes(row.external_id))
    return found.find((row) => row.inbox_id === inboxId) ?? found[0] ?? []
  })
}
