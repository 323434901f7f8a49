import { openTransaction } from '#support/transaction'

/** Tickets that colleagues have handed over, or that were moved when somebody left: they have a history of people. */
export async function handedOver(ids: readonly number[]): Promise<number[]> {
  const trx = openTransaction()
  const rows: { ticket_id: number }[] = []
  for (const table of ['handovers', 'offboarding_moves']) rows.push(...(await trx.from(table).whereIn('ticket_id', [...ids]).distinct('ticket_id')))
  return rows.map(({ ticket_id: id }) => Number(id))
}

/** Who stood in for whom. In the open transaction. */
export async function forgetCovers(ids: readonly number[]) {
  for (const table of ['coverage_exceptions', 'coverages']) await openTransaction().from(table).whereIn('ticket_id', [...ids]).delete()
}
