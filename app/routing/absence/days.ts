import { DateTime } from 'luxon'
import { workOn, type WorkingWeek } from '#people/working_week'

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

/** What is looked at of a day: whether the absent would work on it, and moments within the period at which somebody is looked for; at least one. */
export interface Looked {
  readonly works: boolean
  readonly moments: readonly number[]
}

/** The moments of a day follow the hours of whoever is away; without hours a day has a morning, a noon and an afternoon. */
export function lookAt({ date }: Day, startsAt: DateTime, endsAt: DateTime, timeZone: string, week: WorkingWeek): Looked {
  const day = DateTime.fromISO(date, { zone: timeZone })
  const [from, to] = [startsAt.toMillis(), endsAt.toMillis()]
  const somewhere = [Math.min(Math.max(day.toMillis(), from), to - 1)]
  const work = workOn(week, date)
  if (work === null) {
    const inside = [9, 12, 16].map((hour) => day.set({ hour }).toMillis()).filter((at) => at >= from && at < to)
    return { works: true, moments: inside.length > 0 ? inside : somewhere }
  }
  const missed = work.map((stretch) => ({ from: Math.max(stretch.from, from), until: Math.min(stretch.until, to) })).filter((stretch) => stretch.from < stretch.until)
  const moments = missed.flatMap((stretch) => [...new Set([stretch.from, Math.floor((stretch.from + stretch.until) / 2), stretch.until - 1])])
  return moments.length > 0 ? { works: true, moments } : { works: false, moments: somewhere }
}
