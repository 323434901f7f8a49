import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'
import { emptyIndex, indexCustomers, indexMessages, indexNotes, indexTickets } from './documents.js'

/** Rows a transaction: others can write in between. */
const PORTION = 500

export interface Rebuilt {
  readonly tickets: number
  readonly messages: number
  readonly notes: number
  readonly customers: number
  readonly seconds: number
}

/**
 * Makes the whole index again, oldest first, a portion a transaction. What happens meanwhile is
 * indexed by the listener as ever; doing a row twice changes nothing.
 *
 * @param progress - told after each portion.
 */
export async function rebuildIndex(progress: (what: string, count: number) => void = () => {}): Promise<Rebuilt> {
  const began = nowMs()
  await emptyIndex()
  const customers = await portions('customers', indexCustomers, { progress })
  const tickets = await portions('tickets', indexTickets, { progress })

  // Notes go between the messages of their time: what was indexed last is shown first.
  let notes = 0
  let lastNote = 0
  const messages = await portions('messages', indexMessages, {
    progress,
    async before(at) {
      notes += await portions('notes', indexNotes, { after: lastNote, until: at, done: (id) => (lastNote = id) })
    },
  })
  notes += await portions('notes', indexNotes, { after: lastNote, progress })
  return { tickets, messages, notes, customers, seconds: Math.round((nowMs() - began) / 1000) }
}

interface Portions {
  readonly after?: number
  /** Rows made later are left out; ms. */
  readonly until?: number
  readonly before?: (at: number) => Promise<void>
  readonly done?: (id: number) => void
  readonly progress?: (what: string, count: number) => void
}

async function portions(table: string, index: (ids: number[]) => Promise<void>, { after = 0, until, before, done, progress }: Portions): Promise<number> {
  let count = 0
  for (;;) {
    const query = db.from(table).where('id', '>', after).orderBy('id').limit(PORTION).select('id', 'created_at')
    if (until !== undefined) query.where('created_at', '<=', until)
    const rows = await query
    if (rows.length === 0) return count
    await before?.(rows[0].created_at)
    await transaction(() => index(rows.map(({ id }) => id)))
    after = rows.at(-1)!.id
    count += rows.length
    done?.(after)
    progress?.(table, count)
  }
}
