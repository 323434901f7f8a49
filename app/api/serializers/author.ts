import { reading } from '#support/transaction'
import { idOf, nullable, object, oneOf, text } from '../schema.js'

export const authorSchema = object({ type: oneOf('customer', 'agent', 'rule', 'plugin', 'system'), id: nullable(text()), name: nullable(text()), address: nullable(text()) })
export const actorSchema = object({ type: oneOf('customer', 'agent', 'rule', 'plugin', 'system'), id: nullable(text()), name: nullable(text()) })

export interface Author {
  readonly kind: string
  readonly id: string | number | null
}

/** Names of the agents and customers who wrote or did something: two queries for a page of entries. */
export async function namesOf(authors: readonly Author[]): Promise<(author: Author) => string | null> {
  const names = new Map<string, string>()
  for (const [kind, table] of [['agent', 'agents'], ['customer', 'customers']] as const) {
    const ids = [...new Set(authors.filter((author) => author.kind === kind && author.id !== null).map((author) => Number(author.id)))]
    if (ids.length === 0) continue
    for (const row of await reading().from(table).whereIn('id', ids).select('id', 'name')) names.set(`${kind}-${row.id}`, row.name)
  }
  return ({ kind, id }) => names.get(`${kind}-${id}`) ?? (kind === 'plugin' ? idOf(id) : null)
}
