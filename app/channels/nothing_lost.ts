import db from '@adonisjs/lucid/services/db'
import { contentPath, keptBytes } from '#support/files'
import { nowMs } from '#support/clock'
import { PURGED } from './spam/aged.js'

/** One promise and how often it is broken. `examples` are ids of the rows, the first few. */
export interface Check {
  readonly name: CheckName
  readonly broken: number
  readonly examples: readonly number[]
}

export type CheckName =
  | 'item_without_fate'
  | 'item_without_its_message'
  | 'item_stuck'
  | 'item_without_file'
  | 'message_without_ticket'
  | 'ticket_without_view'
  | 'reply_without_delivery'
  | 'delivery_stuck'
  | 'attachment_without_file'

export interface NothingLost {
  readonly ok: boolean
  readonly checks: readonly Check[]
  /** What was looked at, for the sentence above the list. */
  readonly counts: { readonly items: number; readonly messages: number; readonly unfinished: number; readonly deliveries: number }
}

/** What waits longer than this while nothing keeps it waiting has been forgotten. */
const STUCK_MS = 15 * 60_000
const EXAMPLES = 5
const PAGE = 500
/** Files looked at on a page load; the command looks at all. */
const RECENT_FILES = 200
/** Ids are integers of four bytes; PostgreSQL refuses to compare with more. */
const HIGHEST_ID = 2_147_483_647

/**
 * The "nothing lost" check: every stored item has exactly one fate, every message a ticket, every
 * unfinished ticket a view, every delivery is settled or waits, and files are there for their rows.
 *
 * @param files - `recent` looks at the newest files only, `all` at every one (minutes on a large desk).
 */
export async function checkNothingLost({ files = 'recent' as 'recent' | 'all' } = {}): Promise<NothingLost> {
  const checks = [
    await rows('item_without_fate', withoutFate()),
    await rows('item_without_its_message', withoutItsMessage()),
    await rows('item_stuck', stuckItems()),
    await missing('item_without_file', files, 'incoming_items', ['raw_path', 'outcome'], (row) => (row.outcome === PURGED ? null : row.raw_path)),
    await rows('message_without_ticket', withoutTicket()),
    await rows('ticket_without_view', withoutView()),
    await rows('reply_without_delivery', withoutDelivery()),
    await rows('delivery_stuck', stuckDeliveries()),
    await missing('attachment_without_file', files, 'attachments', ['sha256'], (row) => (row.sha256 ? contentPath(row.sha256) : null)),
  ]
  return { ok: checks.every(({ broken }) => broken === 0), checks, counts: await counts() }
}

/** Ended, and yet does not say how; or both waiting and ended. */
function withoutFate() {
  return db
    .from('incoming_items')
    .where((query) =>
      query
        .where((ended) => ended.whereIn('state', ['done', 'ignored', 'failed']).where((none) => none.whereNull('outcome').orWhereNull('finished_at')))
        .orWhere((unsaid) => unsaid.whereIn('state', ['ignored', 'failed']).whereNull('reason'))
        .orWhere((both) => both.whereIn('state', ['stored', 'processing']).whereNotNull('finished_at'))
    )
}

/** Said to be a message, and there is none. */
function withoutItsMessage() {
  return db
    .from('incoming_items')
    .leftJoin('messages', 'messages.id', 'incoming_items.message_id')
    .where('incoming_items.state', 'done')
    .whereNull('messages.id')
}

/** Waits although nothing keeps it: its plugin is there and its time has long come. */
function stuckItems() {
  const before = nowMs() - STUCK_MS
  return db.from('incoming_items').where((query) =>
    query.where((stored) => stored.where('state', 'stored').where('due_at', '<', before)).orWhere((taken) => taken.where('state', 'processing').where('lease_until', '<', before))
  )
}

function withoutTicket() {
  return db.from('messages').leftJoin('tickets', 'tickets.id', 'messages.ticket_id').whereNull('tickets.id')
}

/** Views are made of the stage and who works on it: a ticket without one of the known stages is in none. */
function withoutView() {
  return db
    .from('tickets')
    .whereNull('merged_into_id')
    .where((query) => query.whereNull('stage').orWhereNotIn('stage', ['waiting', 'aside', 'pending', 'snoozed', 'resolved', 'closed', 'spam']))
}

/** Written here, and never handed to anybody who sends. What came in as an echo was sent elsewhere. */
function withoutDelivery() {
  return db
    .from('messages')
    .leftJoin('deliveries', 'deliveries.message_id', 'messages.id')
    .whereIn('messages.kind', ['reply', 'auto_reply'])
    .whereNull('messages.incoming_item_id')
    .whereNull('deliveries.id')
}

function stuckDeliveries() {
  const before = nowMs() - STUCK_MS
  return db
    .from('deliveries')
    .join('inboxes', 'inboxes.id', 'deliveries.inbox_id')
    .where((query) =>
      query
        .where((due) => due.where('deliveries.state', 'pending').where('deliveries.due_at', '<', before).whereNull('inboxes.paused_at').whereNull('inboxes.deleted_at'))
        .orWhere((sending) => sending.where('deliveries.state', 'sending').where('deliveries.lease_until', '<', before))
    )
}

const TABLES: Partial<Record<CheckName, string>> = { message_without_ticket: 'messages', ticket_without_view: 'tickets', reply_without_delivery: 'messages', delivery_stuck: 'deliveries' }

async function rows(name: CheckName, query: ReturnType<typeof db.from>): Promise<Check> {
  const table = TABLES[name] ?? 'incoming_items'
  const [{ total }] = await query.clone().count(`${table}.id as total`)
  const broken = Number(total)
  const found = broken === 0 ? [] : await query.clone().select(`${table}.id as id`).orderBy(`${table}.id`).limit(EXAMPLES)
  return { name, broken, examples: found.map(({ id }) => id) }
}

async function missing(name: CheckName, files: 'recent' | 'all', table: string, columns: string[], pathOf: (row: any) => string | null): Promise<Check> {
  const lost: number[] = []
  let before = HIGHEST_ID
  for (let looked = 0; files === 'all' || looked < RECENT_FILES; looked += PAGE) {
    const page = await db.from(table).where('id', '<', before).orderBy('id', 'desc').limit(files === 'all' ? PAGE : RECENT_FILES).select('id', ...columns)
    for (const row of page) {
      const path = pathOf(row)
      if (path !== null && (await keptBytes(path)) === null) lost.push(row.id)
      before = row.id
    }
    if (page.length < PAGE) break
  }
  return { name, broken: lost.length, examples: lost.slice(0, EXAMPLES) }
}

async function counts(): Promise<NothingLost['counts']> {
  const count = async (table: string, states?: string[]) => {
    const query = db.from(table)
    if (states) query.whereIn('status', states)
    const [{ total }] = await query.count('* as total')
    return Number(total)
  }
  return { items: await count('incoming_items'), messages: await count('messages'), unfinished: await count('tickets', ['new', 'open', 'pending', 'snoozed']), deliveries: await count('deliveries') }
}
