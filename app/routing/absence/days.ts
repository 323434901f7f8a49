import { DateTime } from 'luxon'

export interface Day {
  /** ISO date in the zone of the absence. */
  readonly date: string
  /** 1 is Monday. */
  readonly weekday: number
}

/** The days that a period touches, in a zone. Half-open: a period that ends at midnight does not touch the day that begins then. */
export function days(startsAt: DateTime, endsAt: DateTime, timeZone: string): Day[] {
  const end = endsAt.setZone(timeZone)
  const found: Day[] = []
  for (let day = startsAt.setZone(timeZone).startOf('day'); day < end; day = day.plus({ days: 1 })) found.push({ date: day.toISODate()!, weekday: day.weekday })
  return found
}

export function isWorkday({ weekday }: Day) {
  return weekday <= 5
}

/** Moments of a day at which somebody is looked for, within the period; at least one. */
export function momentsOf({ date }: Day, startsAt: DateTime, endsAt: DateTime, timeZone: string): number[] {
  const day = DateTime.fromISO(date, { zone: timeZone })
  const [from, to] = [startsAt.toMillis(), endsAt.toMillis()]
  const inside = [9, 12, 16].map((hour) => day.set({ hour }).toMillis()).filter((at) => at >= from && at < to)
  return inside.length > 0 ? inside : [Math.min(Math.max(day.toMillis(), from), to - 1)]
}
