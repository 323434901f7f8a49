import db from '@adonisjs/lucid/services/db'
import { openTransaction } from '#support/transaction'
import type { Term } from '../query.js'
import type { SearchIndex } from './search_index.js'

/** FTS5. Tokens hold letters and digits only, and each stands in quotation marks: nothing in them is syntax. */
export const sqliteIndex: SearchIndex = {
  async keep(documents) {
    for (const some of inPortions(documents)) {
      const values = some.flatMap(({ id, subject, sender, recipient, body }) => [id, subject, sender, recipient, body])
      await openTransaction().rawQuery(`INSERT OR REPLACE INTO search_words (rowid, subject, sender, recipient, body) VALUES ${some.map(() => '(?, ?, ?, ?, ?)').join(', ')}`, values)
    }
  },

  async keepCustomers(customers) {
    for (const some of inPortions(customers)) {
      const values = some.flatMap(({ id, name }) => [id, name])
      await openTransaction().rawQuery(`INSERT OR REPLACE INTO search_customers (rowid, name) VALUES ${some.map(() => '(?, ?)').join(', ')}`, values)
    }
  },

  async forget(documentIds) {
    await openTransaction().from('search_words').whereIn('rowid', [...documentIds]).delete()
  },

  async forgetCustomers(customerIds) {
    await openTransaction().from('search_customers').whereIn('rowid', [...customerIds]).delete()
  },

  async empty() {
    await openTransaction().rawQuery(`INSERT INTO search_words (search_words) VALUES ('delete-all')`)
    await openTransaction().rawQuery(`INSERT INTO search_customers (search_customers) VALUES ('delete-all')`)
  },

  documentsWith(terms, reach, { below, among } = {}) {
    const found = db.query().from('search_words').select(db.raw('rowid as id')).whereRaw('search_words MATCH ?', [match(terms)]).orderBy('rowid', 'desc').limit(reach)
    if (below) found.where('rowid', '<', below)
    if (among) found.whereIn('rowid', [...among])
    return found
  },

  customersWith(terms, reach) {
    return db.query().from('search_customers').select(db.raw('rowid as id')).whereRaw('search_customers MATCH ?', [match(terms.map((term) => ({ ...term, in: 'anywhere' })))]).orderBy('rowid', 'desc').limit(reach)
  },
}

function match(terms: readonly Term[]): string {
  return terms.map(({ tokens, prefix, in: column }) => `${column === 'anywhere' ? '' : `${column} : `}"${tokens.join(' ')}"${prefix ? ' *' : ''}`).join(' AND ')
}

function* inPortions<T>(rows: readonly T[], size = 50) {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
