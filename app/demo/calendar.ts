import { DateTime } from 'luxon'
import type { Dice } from './dice.js'

const ZONE = 'Europe/Prague'
const MINUTE = 60_000

/** How busy each hour of the day is for customers, from midnight. */
const HOURS = [1, 0, 0, 0, 0, 1, 2, 5, 9, 11, 10, 8, 7, 8, 8, 7, 6, 6, 7, 9, 10, 8, 5, 2]

/** Moments at which customers write, oldest first: Mondays and evenings are busy, the last days busier than the first. */
export function arrivals(count: number, days: number, until: DateTime, dice: Dice): number[] {
  const hours = HOURS.map((weight, hour) => ({ weight, hour }))
  const moments: number[] = []
  while (moments.length < count) {
    const back = Math.floor(days * dice.next() ** 1.5)
    const day = until.setZone(ZONE).minus({ days: back })
    if (day.weekday > 5 && dice.chance(0.5)) continue
    const at = day.set({ hour: dice.weigh(hours).hour, minute: dice.between(0, 59), second: dice.between(0, 59), millisecond: 0 })
    if (at < until) moments.push(at.toMillis())
  }
  return moments.sort((one, other) => one - other)
}

/** So many minutes later, and not before somebody is at work: 8 to 17 o'clock, Monday to Friday. */
export function atWork(from: number, minutes: number): number {
  let at = DateTime.fromMillis(from + minutes * MINUTE, { zone: ZONE })
  if (at.hour < 8) at = at.set({ hour: 8, minute: at.minute % 50 })
  else if (at.hour >= 17) at = at.plus({ days: 1 }).set({ hour: 8, minute: at.minute % 50 })
  while (at.weekday > 5) at = at.plus({ days: 1 }).set({ hour: 8, minute: at.minute % 50 })
  return at.toMillis()
}

/** So many minutes later, and not in the night. */
export function awake(from: number, minutes: number): number {
  const at = DateTime.fromMillis(from + minutes * MINUTE, { zone: ZONE })
  return (at.hour < 7 ? at.set({ hour: 7, minute: at.minute }) : at).toMillis()
}

/** As mail programs write it above what they quote. */
export function inWords(at: number): string {
  return DateTime.fromMillis(at, { zone: ZONE }).toFormat('d. M. yyyy H:mm')
}
