import { DateTime } from 'luxon'

let shift = 0

/** The application's time in UTC. Everything with a due time asks here, so that a test can move it. */
export function now(): DateTime {
  return DateTime.fromMillis(Date.now() + shift, { zone: 'utc' })
}

/** The same in milliseconds since 1970. */
export function nowMs(): number {
  return Date.now() + shift
}

/** Moves the application's clock, in this process, to `to`; null takes it back to the machine's. Tests only. */
export function moveClock(to: DateTime | null) {
  shift = to ? to.toMillis() - Date.now() : 0
}
