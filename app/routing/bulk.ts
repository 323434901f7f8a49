import type Agent from '#people/agent'
import { maySeeInbox } from '#people/access'
import { assign } from '#routing/assignment'
import type { Actor, Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { outsideTransaction, reading } from '#support/transaction'
import { beginAct, endAct, withinAct, withinMerger } from '#tickets/act'
import type { DateTime } from 'luxon'
import { mergeTickets } from '#tickets/merging'
import type { Priority } from '#tickets/ticket/describable'
import { tagIds } from '#tickets/tag'
import Ticket from '#tickets/ticket'

/** The same for many tickets at once. */
export type BulkChange =
  | { readonly act: 'take' | 'resolve' | 'close' | 'reopen' | 'spam' }
  | { readonly act: 'assign'; readonly ownerId?: number | null; readonly teamId?: number | null }
  | { readonly act: 'pending'; readonly on: 'customer' | 'third_party' }
  | { readonly act: 'snooze'; readonly until: DateTime }
  | { readonly act: 'tag' | 'untag'; readonly names: readonly string[] }
  | { readonly act: 'priority'; readonly priority: Priority }
  /** All go into one of them, the oldest unless said. */
  | { readonly act: 'merge'; readonly into?: number }

export const BULK_ACTS = ['take', 'assign', 'resolve', 'close', 'reopen', 'spam', 'pending', 'snooze', 'tag', 'untag', 'priority', 'merge'] as const
/** More at once are refused: a list is worked off in portions, and the way back must be quick too. */
export const MOST_AT_ONCE = 500
/** More tickets than this are hardly one matter: a list that was ticked whole by mistake. */
export const MOST_MERGED = 50

/** What would become of each ticket: it changes, is so already, or cannot (merged; in `refused` what the agent may not change). */
export interface BulkPreview {
  readonly will: readonly BulkTicket[]
  readonly already: readonly BulkTicket[]
  readonly refused: number
  /** Of a merger: where all of them go. */
  readonly into?: BulkTicket
}

export interface BulkTicket {
  readonly id: number
  readonly subject: string
  readonly status: string
  readonly customer: string
  readonly customerId: number
}

/** Says what a change would do, changing nothing. */
export async function previewBulk(ids: readonly number[], change: BulkChange, agent: Agent): Promise<BulkPreview> {
  if (change.act === 'merge') return previewMerger(ids, change.into, agent)
  const rows = await rowsOf(ids)
  const tagged = change.act === 'tag' || change.act === 'untag' ? await taggedBy(ids, change) : new Set<number>()
  const will: BulkTicket[] = []
  const already: BulkTicket[] = []
  let refused = ids.length - rows.length
  for (const row of rows) {
    if (!(await maySeeInbox(agent, row.inbox_id)) || row.merged_into_id !== null || row.side_of_id !== null) refused++
    else (isSo(row, change, agent, tagged) ? already : will).push(named(row))
  }
  return { will, already, refused }
}

/** Which tickets would go into which: those that the agent may change, and that stand by themselves. */
async function previewMerger(ids: readonly number[], wanted: number | undefined, agent: Agent): Promise<BulkPreview> {
  if (ids.length > MOST_MERGED) throw new DomainError('together.errors.too_many_merged', 422, { count: MOST_MERGED })
  const asked = [...new Set([...ids, ...(wanted === undefined ? [] : [wanted])])]
  const fit: BulkTicket[] = []
  for (const row of await rowsOf(asked)) {
    if ((await maySeeInbox(agent, row.inbox_id)) && row.merged_into_id === null && row.side_of_id === null) fit.push(named(row))
  }
  fit.sort((a, b) => a.id - b.id)
  const into = wanted === undefined ? fit[0] : fit.find(({ id }) => id === wanted)
  if (wanted !== undefined && !into) throw new DomainError('together.errors.no_ticket', 422)
  return { will: fit.filter((ticket) => ticket !== into), already: [], refused: asked.length - fit.length, ...(into && { into }) }
}

function named(row: Record<string, any>): BulkTicket {
  return { id: row.id, subject: row.subject, status: row.status, customer: row.customer_name, customerId: row.customer_id }
}

/**
 * Makes the change: each ticket in a transaction of its own, so that one that cannot be changed stops no other.
 * All of it is one act, taken back together; the audit has one entry for it and the tickets' histories name it.
 */
export async function doInBulk(ids: readonly number[], change: BulkChange, agent: Agent, by: Extract<Actor, { kind: 'agent' }>): Promise<{ actId: number; changed: number }> {
  if (ids.length > MOST_AT_ONCE) throw new DomainError('together.errors.too_many', 422, { count: MOST_AT_ONCE })
  const { will, into } = await previewBulk(ids, change, agent)
  const actId = await beginAct(`bulk:${change.act}`, by)
  const cause = { by, because: `bulk:${actId}` }
  let changed = 0
  for (const { id } of will) {
    try {
      if (change.act === 'merge') {
        await outsideTransaction(() => withinMerger(actId, id, () => mergeTickets(id, into!.id, cause)))
        changed++
      } else if (await outsideTransaction(() => withinAct(actId, id, async () => apply(await Ticket.findOrFail(id, { client: reading() }), change, agent, cause)))) changed++
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
  await endAct(actId, { act: change.act, changed, asked: ids.length }, { by })
  return { actId, changed }
}

async function apply(ticket: Ticket, change: Exclude<BulkChange, { act: 'merge' }>, agent: Agent, cause: Cause) {
  ticket.mustBeWhole()
  switch (change.act) {
    case 'take':
      return assign(ticket, { ownerId: agent.id }, cause)
    case 'assign':
      return assign(ticket, { ownerId: change.ownerId, teamId: change.teamId }, cause)
    case 'resolve':
      return ticket.resolve(cause)
    case 'close':
      return ticket.close(cause)
    case 'reopen':
      return ticket.status === 'spam' ? ticket.unmarkSpam(cause) : ticket.reopen(cause)
    case 'spam':
      return ticket.markSpam(cause)
    case 'pending':
      return ticket.waitFor(change.on, cause)
    case 'snooze':
      return ticket.snooze(change.until, cause)
    case 'tag':
      return ticket.tag({ add: change.names }, cause)
    case 'untag':
      return ticket.tag({ remove: change.names }, cause)
    case 'priority':
      return ticket.prioritise(change.priority, cause)
  }
}

function isSo(row: Record<string, any>, change: Exclude<BulkChange, { act: 'merge' }>, agent: Agent, tagged: ReadonlySet<number>): boolean {
  switch (change.act) {
    case 'take':
      return row.owner_id === agent.id
    case 'assign':
      return (change.ownerId === undefined || change.ownerId === row.owner_id) && (change.teamId === undefined || change.teamId === row.team_id)
    case 'resolve':
      return ['resolved', 'closed', 'spam'].includes(row.status)
    case 'close':
      return ['closed', 'spam'].includes(row.status)
    case 'reopen':
      return ['new', 'open'].includes(row.status)
    case 'spam':
      return row.status === 'spam'
    case 'pending':
      return row.status === 'pending' && row.pending_on === change.on
    case 'snooze':
      return change.until <= now()
    case 'tag':
      return tagged.has(row.id)
    case 'untag':
      return !tagged.has(row.id)
    case 'priority':
      return row.priority === change.priority
  }
}

async function rowsOf(ids: readonly number[]): Promise<Record<string, any>[]> {
  const rows: Record<string, any>[] = []
  for (let at = 0; at < ids.length; at += 200) {
    const some = await reading()
      .from('tickets')
      .join('customers', 'customers.id', 'tickets.customer_id')
      .whereIn('tickets.id', ids.slice(at, at + 200))
      .select('tickets.id', 'tickets.subject', 'tickets.status', 'tickets.pending_on', 'tickets.priority', 'tickets.owner_id', 'tickets.team_id', 'tickets.inbox_id', 'tickets.merged_into_id', 'tickets.side_of_id', 'tickets.customer_id', 'customers.name as customer_name')
    rows.push(...some)
  }
  return rows.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
}

/** The tickets that have these tags already: all of them when they are to be added, any when they are to go. */
async function taggedBy(ids: readonly number[], change: { act: 'tag' | 'untag'; names: readonly string[] }): Promise<Set<number>> {
  const wanted = await tagIds(change.names, { make: false })
  const counts = new Map<number, number>()
  for (let at = 0; at < ids.length; at += 200) {
    const rows = await reading().from('ticket_tags').whereIn('tag_id', wanted).whereIn('ticket_id', ids.slice(at, at + 200)).select('ticket_id')
    for (const { ticket_id: id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const enough = change.act === 'untag' ? 1 : change.names.length
  return new Set([...counts].filter(([, count]) => count >= enough).map(([id]) => id))
}
