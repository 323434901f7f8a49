import db from '@adonisjs/lucid/services/db'
import { nowMs } from './clock.js'
import { joinedTransaction, openTransaction } from './transaction.js'

/** What an admin sets for the whole desk. What is absent has its default here. */
export interface DeskSettings {
  'company.name': string
  'company.language': string
  'company.time_zone': string
  /** When the first admin finished the first-run pages; ms. Null: the desk shows them. */
  'setup.finished_at': number | null
  'setup.skipped': string[]
  'categories': string[]
  /** Spam that nobody has touched for so many days is deleted; 0: never. */
  'spam.days': number
  /** The inbox by which digests leave; null: the first that can; 0: none leaves. */
  'notifications.inbox_id': number | null
}

const DEFAULTS: DeskSettings = {
  'company.name': 'Opora',
  'company.language': 'en',
  'company.time_zone': 'Europe/Prague',
  'setup.finished_at': null,
  'setup.skipped': [],
  'spam.days': 30,
  'notifications.inbox_id': null,
  'categories': ['customer', 'product', 'price', 'shipping', 'order', 'complaint', 'return', 'invoice', 'newsletter', 'supplier', 'notification', 'bounce'],
}

const FRESH_MS = 2000
let cached: { at: number; values: Partial<DeskSettings> } | null = null

/** Reads one setting. Up to two seconds old: another process may have changed it meanwhile. */
export async function setting<K extends keyof DeskSettings>(key: K): Promise<DeskSettings[K]> {
  if (!cached || Date.now() - cached.at > FRESH_MS) {
    // With one connection (SQLite) a read beside the open transaction would wait for ever.
    const rows = await (joinedTransaction() ?? db).from('settings').select('key', 'value')
    cached = { at: Date.now(), values: Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value)])) }
  }
  return (cached.values[key] as DeskSettings[K] | undefined) ?? DEFAULTS[key]
}

/** Writes settings in the open transaction. The caller records `settings:changed`. */
export async function changeSettings(values: Partial<DeskSettings>) {
  const trx = openTransaction()
  for (const [key, value] of Object.entries(values)) {
    await trx.knexQuery().table('settings').insert({ key, value: JSON.stringify(value), updated_at: nowMs() }).onConflict('key').merge()
  }
  cached = null
}

/** Forgets what was read; for tests that roll back. */
export function forgetSettings() {
  cached = null
}
