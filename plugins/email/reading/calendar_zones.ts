/*
 * Time zones as a calendar file tells them of itself (RFC 5545 §3.6.5): for names that nobody else knows, such as
 * Outlook's "Customized Time Zone".
 */

const MAX_ZONES = 20
const MAX_RULES = 20
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
}

/** By the name of a zone: how many minutes east of Greenwich a time there is. */
export type Zones = ReadonlyMap<string, (local: LocalTime) => number>

interface Rule {
  readonly offset: number
  /** Of the year in which it is asked: when it begins, in local time; null when it always holds. */
  readonly begins: ((year: number) => number) | null
}

/** @param lines - the unfolded lines of the whole file */
export function zonesIn(lines: readonly string[]): Zones {
  const zones = new Map<string, (local: LocalTime) => number>()
  for (let at = 0; at < lines.length && zones.size < MAX_ZONES; at++) {
    if (!/^BEGIN:VTIMEZONE\s*$/i.test(lines[at])) continue
    const end = lines.findIndex((line, index) => index > at && /^END:VTIMEZONE\s*$/i.test(line))
    if (end === -1) break
    const block = lines.slice(at + 1, end)
    const name = valueOf(block, 'TZID')
    const rules = rulesIn(block)
    if (name && rules.length > 0) zones.set(name, (local) => offsetAt(rules, local))
    at = end
  }
  return zones
}

function rulesIn(block: readonly string[]): Rule[] {
  const rules: Rule[] = []
  for (let at = 0; at < block.length && rules.length < MAX_RULES; at++) {
    if (!/^BEGIN:(?:STANDARD|DAYLIGHT)\s*$/i.test(block[at])) continue
    const rest = block.slice(at + 1)
    const lines = rest.slice(0, Math.max(0, rest.findIndex((line) => /^END:/i.test(line))))
    const offset = /^([+-])(\d{2})(\d{2})/.exec(valueOf(lines, 'TZOFFSETTO') ?? '')
    if (!offset) continue
    rules.push({ offset: (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])), begins: beginning(valueOf(lines, 'DTSTART') ?? '', valueOf(lines, 'RRULE') ?? '') })
  }
  return rules
}

/** "The last Sunday of October at three": RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10 */
function beginning(start: string, rule: string): ((year: number) => number) | null {
  const month = Number(/BYMONTH=(\d{1,2})/i.exec(rule)?.[1])
  const day = /BYDAY=([+-]?\d)([A-Z]{2})/i.exec(rule)
  const hour = Number(/T(\d{2})/.exec(start)?.[1] ?? 0)
  if (!month || !day) return null
  const [nth, weekday] = [Number(day[1]), DAYS.indexOf(day[2].toUpperCase())]
  return (year) => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
    const last = new Date(Date.UTC(year, month, 0))
    const date = nth > 0 ? 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7 : last.getUTCDate() - ((last.getUTCDay() - weekday + 7) % 7) + (nth + 1) * 7
    return Date.UTC(year, month - 1, date, hour)
  }
}

/** The rule that began last before that time; at the beginning of a year, the one that began last in it. */
function offsetAt(rules: readonly Rule[], { year, month, day, hour }: LocalTime): number {
  const turning = rules.filter((rule) => rule.begins !== null).map((rule) => ({ offset: rule.offset, from: rule.begins!(year) })).sort((one, other) => one.from - other.from)
  if (turning.length === 0) return rules[0].offset
  const local = Date.UTC(year, month - 1, day, hour)
  return (turning.findLast(({ from }) => from <= local) ?? turning.at(-1)!).offset
}

function valueOf(lines: readonly string[], name: string): string | null {
  const line = lines.find((one) => new RegExp(`^${name}[;:]`, 'i').test(one))
  return line ? line.slice(line.indexOf(':') + 1).trim() : null
}
