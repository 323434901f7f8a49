import type { DatabaseQueryBuilderContract } from '@adonisjs/lucid/types/querybuilder'
import { reading } from '#support/transaction'
import type { Access } from '#tickets/views'

type Query = DatabaseQueryBuilderContract<any>

/** A hand-over as lists and banners show it: plain values. Times are ms UTC. */
export interface HandoverRow {
  readonly id: number
  readonly ticketId: number
  readonly subject: string
  readonly kind: 'transfer' | 'ask' | 'escalate' | 'return'
  readonly moved: boolean
  readonly state: 'open' | 'accepted' | 'declined' | 'answered' | 'withdrawn'
  readonly fromKind: string
  readonly fromId: number | null
  readonly toKind: 'agent' | 'team'
  readonly toId: number
  readonly createdById: number | null
  readonly note: string | null
  readonly answer: string | null
  readonly dueAt: number | null
  readonly createdAt: number
  readonly settledAt: number | null
}

export interface HandoverFilter {
  /** What waits for this agent, in their own name or in a team's of theirs. */
  readonly waitsFor?: number
  /** What this agent gave or asked. */
  readonly by?: number
  readonly ticket?: number
  readonly state?: string
  readonly kind?: string
}

/** What still waits for its receiver: a question until it is answered, a ticket until somebody said they have it. */
export function stillWaits(query: Query) {
  return query.where((either) => either.where((asked) => asked.where('handovers.moved', 0).whereIn('handovers.state', ['open', 'accepted'])).orWhere((given) => given.where('handovers.moved', 1).where('handovers.state', 'open')))
}

/** Meant for this agent: by name, or as a member of a team. */
export function meantFor(query: Query, agentId: number) {
  return query.where((either) =>
    either
      .where((own) => own.where('handovers.to_kind', 'agent').where('handovers.to_id', agentId))
      .orWhere((team) => team.where('handovers.to_kind', 'team').whereIn('handovers.to_id', reading().from('team_members').where('agent_id', agentId).select('team_id')))
  )
}

/** Hand-overs of tickets that the reader may see; the caller orders and limits. */
export function handovers({ waitsFor, by, ticket, state, kind }: HandoverFilter, access: Access): Query {
  const query = reading().from('handovers').join('tickets', 'tickets.id', 'handovers.ticket_id')
  if (waitsFor) stillWaits(meantFor(query, waitsFor))
  if (by) query.where('handovers.created_by_id', by)
  if (ticket) query.where('handovers.ticket_id', ticket)
  if (state) query.where('handovers.state', state)
  if (kind) query.where('handovers.kind', kind)
  if (access !== 'all') query.whereIn('tickets.inbox_id', [...access])
  return query
}

/** Rows of `handovers` with the words that were said. One query. */
export async function readHandovers(query: Query): Promise<HandoverRow[]> {
  const rows: any[] = await query
    .leftJoin('notes as asked', (join) => join.on('asked.id', 'handovers.note_id').andOnNull('asked.deleted_at'))
    .leftJoin('notes as answered', (join) => join.on('answered.id', 'handovers.answer_note_id').andOnNull('answered.deleted_at'))
    .select('handovers.*', 'tickets.subject', 'asked.text as note', 'answered.text as answer')
  return rows.map((row) => ({
    ...{ id: row.id, ticketId: row.ticket_id, subject: row.subject, kind: row.kind, moved: row.moved === 1, state: row.state },
    ...{ fromKind: row.from_kind, fromId: row.from_id, toKind: row.to_kind, toId: row.to_id, createdById: row.created_by_id, note: row.note, answer: row.answer },
    ...{ dueAt: moment(row.due_at), createdAt: Number(row.created_at), settledAt: moment(row.settled_at) },
  }))
}

/** What waits in this ticket, for its banners. */
export async function waitingIn(ticketId: number): Promise<HandoverRow[]> {
  return readHandovers(stillWaits(handovers({ ticket: ticketId }, 'all')).orderBy('handovers.id').limit(20))
}

function moment(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
