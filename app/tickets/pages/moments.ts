import { DateTime } from 'luxon'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'

/**
 * The moment that a choice means in the reader's zone; mornings are nine o'clock there.
 *
 * @throws DomainError when the moment that was typed is none
 */
export function snoozeMoment(until: 'hours' | 'tomorrow' | 'week' | 'moment', moment: string | null | undefined, zone: string): DateTime {
  const here = now().setZone(zone)
  const morning = (day: DateTime) => day.startOf('day').set({ hour: 9 }).toUTC()
  if (until === 'hours') return here.plus({ hours: 3 }).toUTC()
  if (until === 'tomorrow') return morning(here.plus({ days: 1 }))
  if (until === 'week') return morning(here.plus({ weeks: 1 }).startOf('week'))
  const at = DateTime.fromISO(moment ?? '', { zone })
  if (!at.isValid) throw new DomainError('tickets.errors.snooze_past', 422)
  return at.toUTC()
}
