import { record } from '#support/events'
import { reading, transaction } from '#support/transaction'
import { passBoundaries } from '../absence/boundaries.js'
import { UNFINISHED } from './coverable.js'
import { raiseAlarms } from './gaps.js'
import { settleTickets, type Switch } from './settling.js'
import { World } from './world.js'

/** Tickets in one transaction: well under 100 ms, so that pages never wait for a switch. */
const BATCH = 25

/**
 * Makes every overlay what the resolver says now: absences begin and end, tickets change hands, gaps
 * are told. Idempotent; interrupted anywhere, the next run goes on. Runs at every boundary, after
 * every change of an absence, an agent, a right, an inbox, and at boot.
 *
 * @param options.afresh - rules have changed: see `resolve`
 */
export async function reconcile(options: { afresh?: boolean } = {}) {
  await passBoundaries()
  const switches = [...(await settleCovered(options)), ...(await settleOwned(options))]
  await tellSwitches(switches)
  await raiseAlarms()
}

/** Tickets with an overlay, whose owner may be back. */
async function settleCovered(options: { afresh?: boolean }): Promise<Switch[]> {
  const switches: Switch[] = []
  for (let last = 0; ; ) {
    const rows = await reading().from('coverages').whereNull('released_at').where('ticket_id', '>', last).orderBy('ticket_id').select('ticket_id').limit(BATCH)
    if (rows.length === 0) return switches
    last = rows.at(-1).ticket_id
    switches.push(...(await settleBatch(rows.map((row) => row.ticket_id), options)))
  }
}

/** Unfinished tickets of everybody who is away or has left. */
async function settleOwned(options: { afresh?: boolean }): Promise<Switch[]> {
  const switches: Switch[] = []
  for (const ownerId of (await World.read()).missing) {
    for (let last = 0; ; ) {
      const rows = await reading()
        .from('tickets')
        .where('owner_id', ownerId)
        .whereRaw(`status IN (${UNFINISHED.map((status) => `'${status}'`).join(', ')})`)
        .where('id', '>', last)
        .orderBy('id')
        .select('id')
        .limit(BATCH)
      if (rows.length === 0) break
      last = rows.at(-1).id
      switches.push(...(await settleBatch(rows.map((row) => row.id), options)))
    }
  }
  return switches
}

async function settleBatch(ids: readonly number[], options: { afresh?: boolean }): Promise<Switch[]> {
  const switches = await transaction(() => settleTickets(ids, options))
  // Pages come in between two batches.
  await new Promise((done) => setImmediate(done))
  return switches
}

/** One head for each pair of owner and substitute: who stands in gets one digest, never a storm. */
async function tellSwitches(switches: readonly Switch[]) {
  if (switches.length === 0) return
  const heads = new Map<string, { ownerId: number; absenceId: number | null; actingId: number | null; actingTeamId: number | null; engaged: number; released: number }>()
  for (const { ownerId, absenceId, actingId, actingTeamId, what } of switches) {
    const key = [ownerId, absenceId, actingId, actingTeamId].join()
    const head = heads.get(key) ?? { ownerId, absenceId, actingId, actingTeamId, engaged: 0, released: 0 }
    head[what]++
    heads.set(key, head)
  }
  await transaction(async () => {
    for (const head of heads.values()) await record('coverage:switched', head, { by: null, because: head.absenceId === null ? null : `absence:${head.absenceId}` })
  })
}
