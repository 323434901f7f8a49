import { nowMs } from '#support/clock'
import { reading } from '#support/transaction'

/** Health data is kept so long after the end; ms. */
const KEPT_MS = 365 * 86_400_000

/** A year after somebody was ill only an absence remains: neither that it was an illness nor which (B12). */
export async function forgetReasons() {
  await reading()
    .from('absences')
    .whereIn('state', ['ended', 'cancelled'])
    .where('ended_at', '<', nowMs() - KEPT_MS)
    .where((some) => some.where('kind', 'sick').orWhereNotNull('reason_private'))
    .update({ kind: 'absence', reason_private: null })
}
