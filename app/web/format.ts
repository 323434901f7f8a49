import { DateTime } from 'luxon'
import type { I18n } from '@adonisjs/i18n'
import { nowMs } from '#support/clock'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NARROW = '\u00A0'

const dates = new Map<string, Intl.DateTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()

/**
 * Times, sizes and numbers as one reader says them: in their language and zone, by the 24 hour clock, and
 * with a number never parted from its unit at the end of a line (screens.md §7).
 */
export class Format {
  constructor(readonly i18n: I18n, readonly zone: string) {}

  /** A moment in a list: `14:02`, `yesterday 17:41`, `Mon 9:15`, `23/11`. @param at - ms UTC */
  short(at: number) {
    const days = this.#daysAgo(at)
    if (days === 0) return this.#date(at, { hour: 'numeric', minute: '2-digit' })
    if (days === 1) return this.#join(this.i18n.t('web.yesterday'), this.#date(at, { hour: 'numeric', minute: '2-digit' }))
    if (days > 1 && days < 6) return this.#join(this.#date(at, { weekday: 'short' }), this.#date(at, { hour: 'numeric', minute: '2-digit' }))
    return this.day(at)
  }

  /** A moment that is to come, with its hour however far it is: `14:02`, `26. 11. 8:00`. @param at - ms UTC */
  ahead(at: number) {
    return this.#daysAgo(at) === 0 ? this.clock(at) : this.#join(this.day(at), this.clock(at))
  }

  /** The whole moment, for `title`: `Tuesday 24 November 2026 at 14:02`. @param at - ms UTC */
  exact(at: number) {
    return this.#date(at, { weekday: 'long', day: 'numeric', month: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' })
  }

  /** A day without its time: `24. 11.`, with the year when it is another one. @param at - ms UTC */
  day(at: number) {
    const thisYear = this.#local(at).year === this.#local(nowMs()).year
    return this.#date(at, thisYear ? { day: 'numeric', month: 'numeric' } : { day: 'numeric', month: 'numeric', year: 'numeric' })
  }

  /** A heading between days: `Today, 24. 11.`, `Yesterday, …`, `Monday 23. 11.`. @param at - ms UTC */
  heading(at: number) {
    const days = this.#daysAgo(at)
    if (days === 0) return `${this.i18n.t('web.Today')}, ${this.day(at)}`
    if (days === 1) return `${this.i18n.t('web.Yesterday')}, ${this.day(at)}`
    return this.#join(this.#date(at, { weekday: 'long' }), this.day(at))
  }

  /** The clock alone: `14:02`. @param at - ms UTC */
  clock(at: number) {
    return this.#date(at, { hour: 'numeric', minute: '2-digit' })
  }

  /** How long something lasts, in its largest unit: `48 s`, `12 min`, `3 h`, `2 d`. @param ms - a length, not a moment */
  span(ms: number) {
    const [value, unit] =
      ms < MINUTE ? [Math.max(0, Math.round(ms / 1000)), 'second'] : ms < HOUR ? [Math.floor(ms / MINUTE), 'minute'] : ms < 2 * DAY ? [Math.floor(ms / HOUR), 'hour'] : [Math.floor(ms / DAY), 'day']
    return tie(this.#number(value as number, { style: 'unit', unit: unit as string, unitDisplay: 'short' }))
  }

  /** How long ago it was. @param at - ms UTC */
  since(at: number) {
    return this.span(nowMs() - at)
  }

  /** ISO 8601 for `datetime`. @param at - ms UTC */
  iso(at: number) {
    return DateTime.fromMillis(at, { zone: 'utc' }).toISO()!
  }

  /** A file's size: `84 kB`, `1.4 MB`. */
  bytes(count: number) {
    const [value, unit] = count < 1000 ? [count, 'byte'] : count < 1_000_000 ? [count / 1000, 'kilobyte'] : count < 1e9 ? [count / 1e6, 'megabyte'] : [count / 1e9, 'gigabyte']
    return tie(this.#number(value as number, { style: 'unit', unit: unit as string, unitDisplay: 'short', maximumFractionDigits: (value as number) < 10 ? 1 : 0 }))
  }

  /** A count in the reader's way: `1 234`. */
  number(value: number) {
    return this.#number(value, {})
  }

  /** Value of a `datetime-local` field in the reader's zone. @param at - ms UTC */
  local(at: number) {
    return this.#local(at).toFormat("yyyy-MM-dd'T'HH:mm")
  }

  /** The day of a moment in the reader's zone, as a key to group by. @param at - ms UTC */
  dayKey(at: number) {
    return this.#local(at).toISODate()
  }

  #local(at: number) {
    return DateTime.fromMillis(at, { zone: this.zone })
  }

  #daysAgo(at: number) {
    return Math.round(this.#local(nowMs()).startOf('day').diff(this.#local(at).startOf('day'), 'days').days)
  }

  #join(...parts: string[]) {
    return parts.join(NARROW)
  }

  #date(at: number, options: Intl.DateTimeFormatOptions) {
    const key = `${this.#locale} ${this.zone} ${Object.entries(options).join()}`
    const format = dates.get(key) ?? new Intl.DateTimeFormat(this.#locale, { ...options, timeZone: this.zone, hourCycle: 'h23' })
    dates.set(key, format)
    return tie(format.format(at))
  }

  #number(value: number, options: Intl.NumberFormatOptions) {
    const key = `${this.#locale} ${Object.entries(options).join()}`
    const format = numbers.get(key) ?? new Intl.NumberFormat(this.#locale, options)
    numbers.set(key, format)
    return format.format(value)
  }

  /** English dates in this part of the world begin with the day. */
  get #locale() {
    return this.i18n.locale === 'en' ? 'en-GB' : this.i18n.locale
  }
}

/** Keeps what belongs together on one line. */
export function tie(text: string) {
  return text.replace(/ /g, NARROW)
}

/** A one-letter preposition goes with the word after it (Czech, Slovak, Polish typography). */
export function tidy(locale: string, text: string) {
  if (locale === 'en' || locale === 'el') return text
  return text.replace(/(^|[\s(])([kvszouiaw])[ ](?=\S)/gi, `$1$2${NARROW}`)
}
