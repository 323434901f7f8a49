import { openTransaction } from '#support/transaction'

/** Who acts on a ticket for its absent owner; all null: the owner himself. */
export interface Acting {
  readonly actingId: number | null
  readonly actingTeamId: number | null
  readonly coverageId: number | null
}

/**
 * Puts the overlay of one ticket in place, in the open transaction. Called by routing alone. It is
 * no change of the ticket: its time, its version and everybody's counters stay (M048).
 *
 * @param owner - who owned it when that was decided; somebody else by now: nothing is written
 * @returns whether it was written
 */
export async function setActing(ticketId: number, ownerId: number | null, { actingId, actingTeamId, coverageId }: Acting): Promise<boolean> {
  const ticket = openTransaction().from('tickets').where('id', ticketId)
  if (ownerId === null) ticket.whereNull('owner_id')
  else ticket.where('owner_id', ownerId)
  return Number(await ticket.update({ acting_id: actingId, acting_team_id: actingTeamId, coverage_id: coverageId })) === 1
}
