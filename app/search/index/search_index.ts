import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import db from '@adonisjs/lucid/services/db'
import type { Term } from '../query.js'
import { postgresIndex } from './postgres.js'
import { sqliteIndex } from './sqlite.js'

/** The words of a document, each part a text of folded words (`words(…).join(' ')`). */
export interface DocumentWords {
  /** Of `search_documents`. */
  readonly id: number
  readonly subject: string
  readonly sender: string
  readonly recipient: string
  readonly body: string
}

/** The same of a customer: name and addresses. */
export interface CustomerWords {
  readonly id: number
  readonly name: string
}

/**
 * Where words are kept and looked up: the one place where the two databases differ. It knows
 * words and ids only; what a document is, and who may see it, is decided outside.
 */
export interface SearchIndex {
  /** Keeps words, in place of what was kept under the same ids. Inside the open transaction. */
  keep(documents: readonly DocumentWords[]): Promise<void>
  keepCustomers(customers: readonly CustomerWords[]): Promise<void>
  forget(documentIds: readonly number[]): Promise<void>
  forgetCustomers(customerIds: readonly number[]): Promise<void>
  /** Forgets all words, before a rebuild. */
  empty(): Promise<void>

  /**
   * The documents that have all of these words, as a table to join on `id`, the newest first.
   *
   * @param reach - how many of them to look at; the rest is too old or too many to matter.
   * @param limits - only ids below this one (where the page before ended), or only these.
   */
  documentsWith(terms: readonly Term[], reach: number, limits?: { below?: number | null; among?: readonly number[] }): DatabaseQueryBuilderContract<any>
  /** The same of customers. */
  customersWith(terms: readonly Term[], reach: number): DatabaseQueryBuilderContract<any>
}

/** The index of the database we run on. */
export function searchIndex(): SearchIndex {
  return db.connection().dialect.name === 'postgres' ? postgresIndex : sqliteIndex
}
