import db from '@adonisjs/lucid/services/db'
import { fold } from '#search/folding'
import { normaliseAddress } from './identity.js'

export interface CustomerRow {
  readonly id: number
  readonly name: string
  readonly language: string | null
  readonly addresses: readonly { readonly id: number; readonly kind: string; readonly value: string }[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** Above every letter: the open end of "begins with". */
const LAST = '\uffff'

/**
 * Customers by name, a page at a time; `q` is the beginning of a name, a word of it found first, or of
 * an address or phone number. Merged ones are not listed. Served by indexes, whatever the number of customers.
 *
 * @param cursor - what the last page gave as `next`.
 * @param access - the reader's inboxes: who never wrote to one of them is not listed.
 */
export async function listCustomers({ q, cursor, access, limit = 50 }: { q?: string | null; cursor?: string | null; access: readonly number[] | 'all'; limit?: number }) {
  const query = db.from('customers').whereNull('merged_into_id').orderBy('sort_name').orderBy('id').limit(limit + 1)
  if (access !== 'all') query.whereExists((tickets) => tickets.from('tickets').whereColumn('tickets.customer_id', 'customers.id').whereIn('tickets.inbox_id', [...access]))
  const after = readCursor(cursor)
  if (after) query.where((either) => either.where('sort_name', '>', after.name).orWhere((same) => same.where('sort_name', after.name).where('id', '>', after.id)))

  const words = q?.trim()
  if (words) {
    const folded = fold(words)
    const byAddress = db
      .from('addresses')
      .where((any) => {
        for (const [kind, value] of addressForms(words)) any.orWhere((one) => one.where('kind', kind).where('value', '>=', value).where('value', '<', value + LAST))
      })
      .select('customer_id')
      .limit(200)
    query.where((either) => either.where((name) => name.where('sort_name', '>=', folded).where('sort_name', '<', folded + LAST)).orWhereIn('id', byAddress))
  }

  const found = await query.select('id', 'name', 'sort_name', 'language', 'created_at', 'updated_at')
  const page = found.slice(0, limit)
  const addresses = page.length > 0 ? await db.from('addresses').whereIn('customer_id', page.map((row) => row.id)).orderBy('id').select('id', 'customer_id', 'kind', 'value') : []
  const rows: CustomerRow[] = page.map((row) => ({
    id: row.id,
    name: row.name,
    language: row.language,
    addresses: addresses.filter((address) => address.customer_id === row.id).map(({ id, kind, value }) => ({ id, kind, value })),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  }))
  const last = page.at(-1)
  return { rows, next: found.length > limit && last ? writeCursor(last.sort_name, last.id) : null }
}

/** What the words could be the beginning of. A number is tried as it would be stored, too. */
function addressForms(words: string): [kind: string, value: string][] {
  const digits = words.replace(/[\s()./-]/g, '')
  const forms: [string, string][] = [
    ['email', words.toLowerCase()],
    ['handle', words],
  ]
  if (/^\+?\d{3,}$/.test(digits)) forms.push(['phone', digits], ['phone', normaliseAddress('phone', digits)])
  return forms
}

const writeCursor = (name: string, id: number) => Buffer.from(JSON.stringify([name, id])).toString('base64url')

/** A cursor that somebody made up is no cursor: the first page, never an error. */
function readCursor(cursor?: string | null): { name: string; id: number } | null {
  if (!cursor) return null
  try {
    const [name, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return typeof name === 'string' && Number.isInteger(id) ? { name, id } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
