import { DateTime } from 'luxon'
import type { I18n } from '@adonisjs/i18n'
import { nowMs } from '#support/clock'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NARROW = '\u00A0'

const QUARTER = 15 * MINUTE

const TIME: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' }
const SHORT_WEEKDAY: Intl.DateTimeFormatOptions = { weekday: 'short' }
const WEEKDAY: Intl.DateTimeFormatOptions = { weekday: 'long' }
const DATE: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'numeric' }
const DATE_AND_YEAR: Intl.DateTimeFormatOptions = { ...DATE, year: 'numeric' }
const EXACT: Intl.DateTimeFormatOptions = { ...WEEKDAY, ...DATE_AND_YEAR, ...TIME }

/** Said moments kept of each way to say them; then all are forgotten and the common ones soon come back. */
const MOST = 2000

interface Kept {
  readonly format: Intl.DateTimeFormat
  /** What was said of each minute; nothing here is said to the second. */
  readonly said: Map<number, string>
}

/** By language and zone, then by what is said of a moment. */
const dates = new Map<string, Map<Intl.DateTimeFormatOptions, Kept>>()
const numbers = new Map<string, Intl.NumberFormat>()
/** Of each zone: how far its clock is from UTC, in ms, by quarter of an hour. Clocks change on a quarter. */
const offsets = new Map<string, Map<number, number>>()

/**
 * Times, sizes and numbers as one reader says them: in their language and zone, by the 24 hour clock, and
 * with a number never parted from its unit at the end of a line (screens.md §7).
 */
export class Format {
  readonly #dates: Map<Intl.DateTimeFormatOptions, Kept>
  readonly #offsets: Map<number, number>

  constructor(readonly i18n: I18n, readonly zone: string) {
    this.#dates = keptIn(dates, `${this.#locale} ${zone}`)
    this.#offsets = keptIn(offsets, zone)
  }

  /** A moment in a list: `14:02`, `yesterday 17:41`, `Mon 9:15`, `23/11`. @param at - ms UTC */
  short(at: number) {
    const days = this.#daysAgo(at)
    if (days === 0) return this.#date(at, TIME)
    if (days === 1) return this.#join(this.i18n.t('web.yesterday'), this.#date(at, TIME))
    if (days > 1 && days < 6) return this.#join(this.#date(at, SHORT_WEEKDAY), this.#date(at, TIME))
    return this.day(at)
  }

  /** A moment that is to come, with its hour however far it is: `14:02`, `26. 11. 8:00`. @param at - ms UTC */
  ahead(at: number) {
    return this.#daysAgo(at) === 0 ? this.clock(at) : this.#join(this.day(at), this.clock(at))
  }

  /** The whole moment, for `title`: `Tuesday 24 November 2026 at 14:02`. @param at - ms UTC */
  exact(at: number) {
    return this.#date(at, EXACT)
  }

  /** A day without its time: `24. 11.`, with the year when it is another one. @param at - ms UTC */
  day(at: number) {
    const thisYear = this.#local(at).getUTCFullYear() === this.#local(nowMs()).getUTCFullYear()
    return this.#date(at, thisYear ? DATE : DATE_AND_YEAR)
  }

  /** A heading between days: `Today, 24. 11.`, `Yesterday, …`, `Monday 23. 11.`. @param at - ms UTC */
  heading(at: number) {
    const days = this.#daysAgo(at)
    if (days === 0) return `${this.i18n.t('web.Today')}, ${this.day(at)}`
    if (days === 1) return `${this.i18n.t('web.Yesterday')}, ${this.day(at)}`
    return this.#join(this.#date(at, WEEKDAY), this.day(at))
  }

  /** The clock alone: `14:02`. @param at - ms UTC */
  clock(at: number) {
    return this.#date(at, TIME)
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
    return new Date(at).toISOString()
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
    return this.#local(at).toISOString().slice(0, 16)
  }

  /** The day of a moment in the reader's zone, as a key to group by. @param at - ms UTC */
  dayKey(at: number) {
    return this.#local(at).toISOString().slice(0, 10)
  }

  /** The reader's clock at a moment, read from the UTC fields. */
  #local(at: number) {
    const quarter = Math.floor(at / QUARTER)
    let offset = this.#offsets.get(quarter)
    if (offset === undefined) {
      offset = DateTime.fromMillis(at, { zone: this.zone }).offset * MINUTE
      keep(this.#offsets, quarter, offset)
    }
    return new Date(at + offset)
  }

  #daysAgo(at: number) {
    return Math.floor(this.#local(nowMs()).getTime() / DAY) - Math.floor(this.#local(at).getTime() / DAY)
  }

  #join(...parts: string[]) {
    return parts.join(NARROW)
  }

  #date(at: number, options: Intl.DateTimeFormatOptions) {
    let kept = this.#dates.get(options)
    if (!kept) {
      kept = { format: new Intl.DateTimeFormat(this.#locale, { ...options, timeZone: this.zone, hourCycle: 'h23' }), said: new Map() }
      this.#dates.set(options, kept)
    }
    const minute = Math.floor(at / MINUTE)
    const said = kept.said.get(minute)
    if (said !== undefined) return said
    const text = tie(kept.format.format(at))
    keep(kept.said, minute, text)
    return text
  }

  #number(value: number, options: Intl.NumberFormatOptions) {
    const key = `${this.#locale} ${options.unit ?? ''} ${options.maximumFractionDigits ?? ''}`
    let format = numbers.get(key)
    if (!format) numbers.set(key, (format = new Intl.NumberFormat(this.#locale, options)))
    return format.format(value)
  }

  /** English dates in this part of the world begin with the day. */
  get #locale() {
    return this.i18n.locale === 'en' ? 'en-GB' : this.i18n.locale
  }
}

function keptIn<Key, Value>(all: Map<string, Map<Key, Value>>, name: string): Map<Key, Value> {
  let kept = all.get(name)
  if (!kept) all.set(name, (kept = new Map()))
  return kept
}

function keep<Value>(kept: Map<number, Value>, key: number, value: Value) {
  if (kept.size >= MOST) kept.clear()
  kept.set(key, value)
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
