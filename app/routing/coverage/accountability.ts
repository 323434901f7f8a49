import { reading } from '#support/transaction'

const HOUR_MS = 3_600_000

/** Whose a missed target is (B4). */
export type Accountable = { readonly kind: 'agent'; readonly id: number } | { readonly kind: 'team'; readonly id: number } | { readonly kind: 'organisation' }

/**
 * Who answers for a target of a ticket that was due at a moment: the owner who was there; who stood
 * in, if he had it for an hour at least; else the organisation. Never somebody who was away.
 *
 * @param ticket - who owned it then
 * @param dueAt - ms
 */
export async function accountableFor(ticket: { readonly id: number; readonly ownerId: number | null; readonly teamId: number | null }, dueAt: number): Promise<Accountable> {
  const coverage = await reading()
    .from('coverages')
    .where('ticket_id', ticket.id)
    .where('engaged_at', '<=', dueAt)
    .where((open) => open.whereNull('released_at').orWhere('released_at', '>', dueAt))
    .orderBy('id', 'desc')
    .first()
  if (coverage) {
    if (dueAt - Number(coverage.engaged_at) < HOUR_MS) return { kind: 'organisation' }
    return coverage.acting_id ? { kind: 'agent', id: coverage.acting_id } : { kind: 'team', id: coverage.acting_team_id }
  }
  if (ticket.ownerId === null) return ticket.teamId === null ? { kind: 'organisation' } : { kind: 'team', id: ticket.teamId }
  const away = await reading()
    .from('absences')
    .where('agent_id', ticket.ownerId)
    .whereNot('state', 'cancelled')
    .where('starts_at', '<=', dueAt)
    .where((open) => open.whereNull('ends_at').orWhere('ends_at', '>', dueAt))
    .select('id')
    .first()
  return away ? { kind: 'organisation' } : { kind: 'agent', id: ticket.ownerId }
}
