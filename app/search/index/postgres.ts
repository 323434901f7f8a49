import db from '@adonisjs/lucid/services/db'
import { openTransaction } from '#support/transaction'
import type { Term } from '../query.js'
import type { SearchIndex } from './search_index.js'

/** The parts of a document are told apart by tsvector's weights. */
const WEIGHTS = { subject: 'A', sender: 'B', recipient: 'C', body: 'D' } as const
/** Positions that a tsvector can tell apart; words beyond share the last. */
const MOST_POSITIONS = 16_383

/**
 * tsvector. Its texts and queries are written out word by word, past PostgreSQL's own parser, which
 * would take numbers and addresses apart in its own way. Tokens hold letters and digits only.
 */
export const postgresIndex: SearchIndex = {
  async keep(documents) {
    for (const { id, ...parts } of documents) {
      await openTransaction().rawQuery('UPDATE search_documents SET words = ?::tsvector WHERE id = ?', [vector(parts), id])
    }
  },

  async keepCustomers(customers) {
    for (const { id, name } of customers) {
      await openTransaction().rawQuery('INSERT INTO search_customers (id, words) VALUES (?, ?::tsvector) ON CONFLICT (id) DO UPDATE SET words = excluded.words', [id, vector({ subject: name })])
    }
  },

  async forget() {
    // The words stand in the document's own row, and go with it.
  },

  async forgetCustomers(customerIds) {
    await openTransaction().from('search_customers').whereIn('id', [...customerIds]).delete()
  },

  async empty() {
    await openTransaction().rawQuery('TRUNCATE search_customers')
  },

  documentsWith(terms, reach, { below, among } = {}) {
    const found = db.query().from('search_documents').select('id').whereRaw('words @@ ?::tsquery', [match(terms)]).orderBy('id', 'desc').limit(reach)
    if (below) found.where('id', '<', below)
    if (among) found.whereIn('id', [...among])
    return found
  },

  customersWith(terms, reach) {
    return db.query().from('search_customers').select('id').whereRaw('words @@ ?::tsquery', [match(terms.map((term) => ({ ...term, in: 'anywhere' })))]).orderBy('id', 'desc').limit(reach)
  },
}

function vector(parts: Partial<Record<keyof typeof WEIGHTS, string>>): string {
  let position = 0
  return (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[])
    .flatMap((part) => {
      position += 1 // Between two parts no phrase goes on.
      return (parts[part] ?? '').split(' ').filter(Boolean).map((word) => `'${word}':${Math.min(++position, MOST_POSITIONS)}${WEIGHTS[part]}`)
    })
    .join(' ')
}

function match(terms: readonly Term[]): string {
  return terms
    .map(({ tokens, prefix, in: part }) => {
      const weight = part === 'anywhere' ? '' : WEIGHTS[part]
      const words = tokens.map((token, at) => {
        const marks = `${prefix && at === tokens.length - 1 ? '*' : ''}${weight}`
        return `'${token}'${marks && ':'}${marks}`
      })
      return `(${words.join(' <-> ')})`
    })
    .join(' & ')
}
