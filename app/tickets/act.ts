import type { Actor, Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { openTransaction, transaction } from '#support/transaction'
import { unmergeTicket } from '#tickets/merging'
import Ticket from '#tickets/ticket'
import type { Responsible } from '#tickets/ticket/assignable'

/** So long an act may be taken back, in milliseconds; a click that was made in time may arrive a little later. */
export const UNDO_MS = 10_000
const GRACE_MS = 3_000

type AgentActor = Extract<Actor, { kind: 'agent' }>

/** The columns that an agent's acts change; what else moves with them is the database's own. */
const COLUMNS = ['status', 'pending_on', 'snoozed_until', 'snooze_note', 'remind_at', 'resolved_at', 'closed_at', 'waiting_since_at', 'owner_id', 'team_id', 'priority', 'category', 'subject'] as const
type Column = (typeof COLUMNS)[number]
/** What a ticket was like: its columns, and its tags' ids in order. */
type Snapshot = Record<Column, number | string | null> & { readonly tags: readonly number[] }
type Part = Partial<Snapshot>

/**
 * Does something to one ticket so that its agent can take it back for ten seconds.
 *
 * @returns the act's id, for `DELETE /acts/:id`; null when nothing changed
 */
export async function act(name: string, by: AgentActor, ticketId: number, work: () => Promise<unknown>): Promise<number | null> {
  return transaction(async () => {
    const id = await beginAct(name, by)
    return (await withinAct(id, ticketId, work)) ? id : null
  })
}

/** Opens an act for many tickets; each is then changed in a transaction of its own. */
export async function beginAct(name: string, by: AgentActor): Promise<number> {
  return transaction(async (trx) => {
    const at = nowMs()
    const [row] = await trx.knexQuery().table('acts').insert({ agent_id: by.id, name, made_at: at, until_at: at + UNDO_MS }).returning('id')
    return typeof row === 'object' ? row.id : row
  })
}

/** The seconds count from the end of the work. */
export async function endAct(actId: number, { act: name, changed, asked }: { act: string; changed: number; asked: number }, cause: Cause) {
  await transaction(async (trx) => {
    await trx.from('acts').where('id', actId).update({ until_at: nowMs() + UNDO_MS })
    await record('act:done', { actId, act: name, changed, asked }, cause)
  })
}

/** Changes one ticket within an act and keeps how it was. False: nothing changed. */
export async function withinAct(actId: number, ticketId: number, work: () => Promise<unknown>): Promise<boolean> {
  return transaction(async (trx) => {
    const before = await snapshot(ticketId)
    await work()
    const after = await snapshot(ticketId)
    const fields = differing(before, after)
    if (fields.length === 0) return false
    await trx.table('act_items').insert({ act_id: actId, ticket_id: ticketId, before: JSON.stringify(part(before, fields)), after: JSON.stringify(part(after, fields)) })
    return true
  })
}

/** Merges one ticket within an act. It comes back by its merger's own row (decision 26), newest first. */
export async function withinMerger(actId: number, ticketId: number, merge: () => Promise<unknown>) {
  await transaction(async (trx) => {
    await merge()
    await trx.table('act_items').insert({ act_id: actId, ticket_id: ticketId, before: JSON.stringify(APART), after: '{}' })
  })
}

const APART = { merged: false }

/**
 * Takes an agent's act back: each ticket becomes what it was, unless somebody changed the same things since.
 *
 * @param assign - routing's, which alone makes somebody responsible
 * @param mayChange - whether the agent (still) may work on what came into this inbox
 * @returns the act's tickets, and how many are as before again
 * @throws DomainError when it is not theirs, too late, or taken back already
 */
export async function takeBackAct(
  actId: number,
  by: AgentActor,
  { assign, mayChange }: { assign: (ticket: Ticket, to: Responsible, cause: Cause) => Promise<unknown>; mayChange: (inboxId: number) => Promise<boolean> }
): Promise<{ ticketIds: number[]; changed: number }> {
  const row = await transaction(async (trx) => {
    const found = await trx.from('acts').where({ id: actId, agent_id: by.id }).first()
    if (!found) throw new DomainError('errors.404.text', 404)
    if (Number(found.until_at) + GRACE_MS < nowMs()) throw new DomainError('together.errors.undo_late', 409)
    const taken = await trx.from('acts').where('id', actId).whereNull('undone_at').update({ undone_at: nowMs() })
    if (Number(taken) !== 1) throw new DomainError('together.errors.undone_already', 409)
    return { name: found.name as string, items: (await trx.from('act_items').where('act_id', actId).orderBy('ticket_id', found.name === 'bulk:merge' ? 'desc' : 'asc')) as Record<string, any>[] }
  })

  let changed = 0
  const cause = { by, because: `act:${actId}` }
  for (const item of row.items) {
    const inbox = await transaction((trx) => trx.from('tickets').where('id', item.ticket_id).select('inbox_id').first())
    if (!(await mayChange(inbox.inbox_id))) continue
    try {
      if (item.before === JSON.stringify(APART)) {
        await unmergeTicket(item.ticket_id, cause)
        changed++
      } else if (await restore(item.ticket_id, JSON.parse(item.before), JSON.parse(item.after), actId, assign, cause)) changed++
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
  if (row.items.length > 1) await transaction(() => record('act:undone', { actId, act: row.name, changed }, cause))
  return { ticketIds: row.items.map((item) => item.ticket_id), changed }
}

async function restore(ticketId: number, before: Part, after: Part, actId: number, assign: (ticket: Ticket, to: Responsible, cause: Cause) => Promise<unknown>, cause: Cause): Promise<boolean> {
  return transaction(async (trx) => {
    await trx.from('tickets').where('id', ticketId).update({ updated_at: nowMs() })
    const fields = Object.keys(before) as (keyof Snapshot)[]
    const now = part(await snapshot(ticketId), fields)
    if (differing(now as Snapshot, after as Snapshot, fields).length > 0) return false

    const ticket = await Ticket.findOrFail(ticketId, { client: trx })
    ticket.mustBeWhole()
    if ('owner_id' in before || 'team_id' in before) {
      const to = { ...('owner_id' in before && { ownerId: before.owner_id as number | null }), ...('team_id' in before && { teamId: before.team_id as number | null }) }
      await assign(ticket, to, cause)
    }
    if (before.tags) await setTags(ticketId, before.tags)
    const columns = fields.filter((field): field is Column => field !== 'tags' && field !== 'owner_id' && field !== 'team_id')
    if (columns.length > 0) await trx.from('tickets').where('id', ticketId).update(Object.fromEntries(columns.map((column) => [column, before[column]])))
    const restored = await Ticket.findOrFail(ticketId, { client: trx })
    await restored.keep()
    await restored.tell('ticket:undone', { actId, fields }, cause)
    return true
  })
}

/** Acts are of use for seconds; what an agent did stays in the history. */
export async function sweepActs() {
  await transaction((trx) => trx.from('acts').where('made_at', '<', nowMs() - 86_400_000).delete())
}

async function snapshot(ticketId: number): Promise<Snapshot> {
  const trx = openTransaction()
  const row = await trx.from('tickets').where('id', ticketId).select(...COLUMNS).firstOrFail()
  const tags = await trx.from('ticket_tags').where('ticket_id', ticketId).orderBy('tag_id').select('tag_id')
  return { ...row, tags: tags.map(({ tag_id: id }) => Number(id)) }
}

async function setTags(ticketId: number, tagIds: readonly number[]) {
  const trx = openTransaction()
  await trx.from('ticket_tags').where('ticket_id', ticketId).delete()
  const known = await trx.from('tags').whereIn('id', [...tagIds]).select('id')
  if (known.length > 0) await trx.table('ticket_tags').multiInsert(known.map(({ id }) => ({ ticket_id: ticketId, tag_id: id })))
}

function differing(one: Snapshot, other: Snapshot, fields: readonly (keyof Snapshot)[] = [...COLUMNS, 'tags']) {
  return fields.filter((field) => JSON.stringify(one[field] ?? null) !== JSON.stringify(other[field] ?? null))
}

function part(whole: Snapshot, fields: readonly (keyof Snapshot)[]): Part {
  return Object.fromEntries(fields.map((field) => [field, whole[field] ?? null]))
}
