import type { HandoverRow } from '#routing/handover/handover_list'
import { reading } from '#support/transaction'
import { id, idOf, iso, name, nullable, object, oneOf, text, time, yesNo } from '../schema.js'
import { namedAgent } from './ticket.js'

const party = object({ kind: oneOf('agent', 'team', 'nobody'), id: nullable(id), name: nullable(text()) })

export const handoverSchema = name(
  'Handover',
  object({
    id,
    ticket_number: id,
    kind: oneOf('transfer', 'ask', 'escalate', 'return'),
    moved: { ...yesNo, description: 'whether the ticket itself went along, or only a question about it' },
    state: oneOf('open', 'accepted', 'declined', 'answered', 'withdrawn'),
    from: party,
    to: party,
    note: nullable(text()),
    answer: nullable(text()),
    due_at: nullable(time),
    created_by: nullable(namedAgent),
    created_at: time,
    settled_at: nullable(time),
  })
)

/** Hand-overs as the API tells them to agents; two queries for the names. */
export async function handoversJson(rows: readonly HandoverRow[]) {
  const agents = await names('agents', rows.flatMap((row) => [row.createdById, row.fromKind === 'agent' ? row.fromId : null, row.toKind === 'agent' ? row.toId : null]))
  const teams = await names('teams', rows.flatMap((row) => [row.fromKind === 'team' ? row.fromId : null, row.toKind === 'team' ? row.toId : null]))
  const party = (kind: string, of: number | null) => ({ kind, id: idOf(of), name: of === null ? null : ((kind === 'team' ? teams : agents).get(of) ?? null) })
  return rows.map((row) => ({
    id: idOf(row.id),
    ticket_number: idOf(row.ticketId),
    kind: row.kind,
    moved: row.moved,
    state: row.state,
    from: party(row.fromKind, row.fromId),
    to: party(row.toKind, row.toId),
    note: row.note,
    answer: row.answer,
    due_at: iso(row.dueAt),
    created_by: row.createdById === null ? null : { id: idOf(row.createdById), name: agents.get(row.createdById) ?? '' },
    created_at: iso(row.createdAt),
    settled_at: iso(row.settledAt),
  }))
}

async function names(table: 'agents' | 'teams', ids: readonly (number | null)[]): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(ids.filter((one): one is number => one !== null))]
  if (wanted.length === 0) return new Map()
  return new Map((await reading().from(table).whereIn('id', wanted).select('id', 'name')).map((row) => [row.id, row.name]))
}
