import type { DateTime } from 'luxon'
import { DomainError } from '#support/domain_error'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** From and until as the clock on the wall shows them, `HH:mm`; `24:00` is the end of the day. */
export type Span = readonly [from: string, until: string]

/** A simple week of work: spans by weekday; a day that is absent is a day off. */
export type WeekHours = Readonly<Partial<Record<Weekday, readonly Span[]>>>

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/

/**
 * Whether this moment is within the hours, read on the wall clock of `zone`: a change of summer time
 * moves the moment, never the hours. A span is half open: 16:30 no longer belongs to 8:00–16:30.
 */
export function isWithin(hours: WeekHours, zone: string, at: DateTime): boolean {
  const here = at.setZone(zone)
  const clock = here.toFormat('HH:mm')
  return (hours[WEEKDAYS[here.weekday - 1]!] ?? []).some(([from, until]) => from <= clock && clock < until)
}

/**
 * Reads what a form or the API sends for one day: `8:00-12:00, 13:00-17:00`, or nothing for a day off.
 * Null: it cannot be understood, or the spans overlap or run backwards.
 */
export function readSpans(text: string): Span[] | null {
  const parts = text.split(',').map((part) => part.trim()).filter(Boolean)
  const spans = parts.map((part) => part.split(/\s*[-–—]\s*/).map((clock) => clock.trim().replace(/^(\d):/, '0$1:').replace(/^(\d{1,2})$/, (hour) => `${hour.padStart(2, '0')}:00`)))
  const sound = spans.every((span) => span.length === 2 && span.every((clock) => CLOCK.test(clock)) && span[0]! < span[1]!)
  if (!sound) return null
  const sorted = (spans as unknown as Span[]).sort((a, b) => a[0].localeCompare(b[0]))
  return sorted.every(([from], index) => index === 0 || sorted[index - 1]![1] <= from) ? sorted : null
}

/** The same in words, for the form: `08:00–12:00, 13:00–17:00`. */
export function sayHours(spans: readonly Span[] | undefined): string {
  return (spans ?? []).map(([from, until]) => `${from}–${until}`).join(', ')
}

/** A week as a form sends it, one text a day; null when all are empty, which means: always. */
export function readWeek(days: Partial<Record<Weekday, string | null | undefined>>): { hours: WeekHours | null } | { wrong: Weekday } {
  const week: Partial<Record<Weekday, readonly Span[]>> = {}
  for (const day of WEEKDAYS) {
    const spans = readSpans(days[day] ?? '')
    if (!spans) return { wrong: day }
    if (spans.length > 0) week[day] = spans
  }
  return { hours: Object.keys(week).length > 0 ? week : null }
}

/**
 * The same for a form that goes on.
 *
 * @throws DomainError naming what cannot be understood
 */
export function weekOf(days: Partial<Record<string, string | null>>): WeekHours | null {
  const read = readWeek(days)
  if ('wrong' in read) throw new DomainError('routing.errors.hours', 422, { day: days[read.wrong] ?? '' })
  return read.hours
}
