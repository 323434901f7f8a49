import { DateTime } from 'luxon'

/** A clock of theirs that is further ahead than this is not believed; ms. */
const AHEAD_MS = 300_000

/**
 * When something happened by the provider's clock: what a thread is ordered by, since calls overtake each other. What is no
 * time, or lies in the future, happened when it was received.
 *
 * @param ms - as the provider writes it, milliseconds
 */
export function theirMoment(ms: unknown, received: DateTime): DateTime {
  const at = DateTime.fromMillis(Number(ms) || 0, { zone: 'utc' })
  return Number(ms) > 0 && at.isValid && at.toMillis() < received.toMillis() + AHEAD_MS ? at : received
}
