import db from '@adonisjs/lucid/services/db'
import type Agent from '#people/agent'
import { accessibleInboxIds } from '#people/access'
import { nowMs } from '#support/clock'
import { UNMERGE_MS } from '#tickets/merging'
import type { LinkKind } from '#tickets/linking'
import type { Directory } from './directory.js'
import type { Sheet } from './sheet.js'

/** What colleagues do about a ticket beside writing to its customer: the strip under its head. */
export type Together = Awaited<ReturnType<typeof readTogether>>

export interface ShownTask {
  readonly id: number
  readonly text: string
  readonly owner: string
  readonly ownerId: number
  readonly dueAt: number | null
  readonly done: boolean
  readonly overdue: boolean
}

/** Open tasks, side conversations, linked and merged tickets, followers, what else the customer waits for. One query, and one more where there are side conversations. */
export async function readTogether(sheet: Sheet, agent: Agent, people: Directory) {
  const access = await accessibleInboxIds(agent)
  const sees = (inboxId: number) => access === 'all' || access.includes(Number(inboxId))
  const nameOf = (id: unknown) => people.agents.get(Number(id))?.name ?? '?'

  const rows: any[] = await db
    .query()
    .from('tasks')
    .where('ticket_id', sheet.id)
    .select(db.raw(`'task' as what`), 'id', 'text as name', db.raw(`case when done_at is null then 'open' else 'done' end as word`), 'due_at as at', 'owner_id as other')
    .unionAll([linked(sheet.id, 'other_id', 'ticket_id'), linked(sheet.id, 'ticket_id', 'other_id'), followers(sheet.id), mergedHere(sheet.id), waitingElsewhere(sheet), sidesHere(sheet.id)])
  const of = (what: string) => rows.filter((row) => row.what === what)
  const sides = of('side').length === 0 ? [] : await readSides(sheet.id, agent)
  const tasks: ShownTask[] = of('task').map((row) => ({
    id: row.id,
    text: row.name,
    owner: nameOf(row.other),
    ownerId: Number(row.other),
    dueAt: row.at === null ? null : Number(row.at),
    done: row.word === 'done',
    overdue: row.word === 'open' && row.at !== null && Number(row.at) <= nowMs(),
  }))

  return {
    tasks: tasks.sort((a, b) => Number(a.done) - Number(b.done) || (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || a.id - b.id),
    links: of('link')
      .filter(({ other }) => sees(other))
      .map(({ id, name, word }) => ({ id: Number(id), subject: name as string, kind: linkKind(word), status: String(word).split(':')[2]! })),
    followers: of('follower').map(({ id }) => ({ id: Number(id), name: nameOf(id) })),
    following: of('follower').some(({ id }) => Number(id) === agent.id),
    merged: of('merged').map(({ id, name, at }) => ({ id: Number(id), subject: name as string, parts: Number(at) > nowMs() - UNMERGE_MS })),
    duplicates: of('duplicate')
      .filter(({ other }) => sees(other))
      .map(({ id, name, at }) => ({ id: Number(id), subject: name as string, since: Number(at) }))
      .sort((a, b) => a.since - b.since),
    sides: sides
      .filter(({ inbox_id: inboxId }) => sees(inboxId))
      .map((row) => ({
        id: row.id as number,
        subject: row.subject as string,
        partner: (row.name || row.address || `#${row.id}`) as string,
        count: Number(row.message_count),
        preview: row.preview as string,
        at: Number(row.updated_at),
        unread: row.last_inbound_id !== null && Number(row.last_inbound_id) > Number(row.last_message_id ?? 0),
      })),
  }
}

async function readSides(ticketId: number, agent: { id: number }): Promise<any[]> {
  return db
    .from('tickets')
    .join('customers', 'customers.id', 'tickets.customer_id')
    .leftJoin('reads', (join) => join.on('reads.ticket_id', 'tickets.id').andOnVal('reads.agent_id', agent.id))
    .where('tickets.side_of_id', ticketId)
    .orderBy('tickets.id')
    .select('tickets.id', 'tickets.subject', 'tickets.inbox_id', 'tickets.message_count', 'tickets.last_inbound_id', 'tickets.preview', 'tickets.updated_at', 'customers.name', 'reads.last_message_id')
    .select(db.from('addresses').whereColumn('addresses.customer_id', 'tickets.customer_id').orderBy('addresses.id').limit(1).select('value').as('address'))
}

const COLUMNS = (what: string, word: string, at: string, other: string) => [db.raw(`'${what}' as what`), 'tickets.id as id', 'tickets.subject as name', db.raw(`${word} as word`), db.raw(`${at} as at`), db.raw(`${other} as other`)]

/** The word says the kind, from which end it is told, and how the other ticket stands. */
function linked(ticketId: number, other: 'ticket_id' | 'other_id', own: 'ticket_id' | 'other_id') {
  return db
    .query()
    .from('ticket_links')
    .join('tickets', 'tickets.id', `ticket_links.${other}`)
    .where(`ticket_links.${own}`, ticketId)
    .select(...COLUMNS('link', `ticket_links.kind || ':${own === 'ticket_id' ? 'from' : 'to'}:' || tickets.status`, 'cast(null as bigint)', 'tickets.inbox_id'))
}

function linkKind(word: string): LinkKind {
  const [kind, end] = word.split(':')
  return kind === 'related' ? 'related' : end === 'from' ? 'parent' : 'child'
}

function followers(ticketId: number) {
  return db
    .query()
    .from('followers')
    .where('ticket_id', ticketId)
    .select(db.raw(`'follower' as what`), 'agent_id as id', db.raw(`'' as name`), db.raw(`'' as word`), 'created_at as at', db.raw('0 as other'))
}

function mergedHere(ticketId: number) {
  return db
    .query()
    .from('mergers')
    .join('tickets', 'tickets.id', 'mergers.ticket_id')
    .where('mergers.into_id', ticketId)
    .whereNull('mergers.undone_at')
    .select(...COLUMNS('merged', `''`, 'mergers.merged_at', 'tickets.inbox_id'))
}

function sidesHere(ticketId: number) {
  return db.query().from('tickets').where('side_of_id', ticketId).select(...COLUMNS('side', `''`, 'cast(null as bigint)', 'tickets.inbox_id'))
}

/** Other tickets in which the same customer waits for us (R309). */
function waitingElsewhere(sheet: Sheet) {
  return db
    .query()
    .from('tickets')
    .where('customer_id', sheet.customer.id)
    .whereNot('id', sheet.id)
    .whereIn('status', ['new', 'open'])
    .whereNotNull('waiting_since_at')
    .whereNull('side_of_id')
    .whereRaw('coalesce(last_agent_message_at, 0) < coalesce(last_customer_message_at, created_at)')
    .select(...COLUMNS('duplicate', `''`, 'tickets.waiting_since_at', 'tickets.inbox_id'))
}
