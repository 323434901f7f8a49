import { DateTime, Duration } from 'luxon'
import type { Invitation } from '#plugin'
import { decodeText } from './charset.js'
import { zonesIn, type Zones } from './calendar_zones.js'
import { tidy } from './headers.js'

const MAX_BYTES = 512 * 1024
const MAX_LINES = 20_000
const MAX_ATTENDEES = 50
const METHODS = ['request', 'cancel', 'reply', 'counter', 'publish'] as const
/** What Outlook calls the zones that our customers live in. */
const ZONES: Record<string, string> = {
  'central europe standard time': 'Europe/Prague', 'central european standard time': 'Europe/Warsaw', 'w. europe standard time': 'Europe/Berlin',
  'romance standard time': 'Europe/Paris', 'gtb standard time': 'Europe/Athens', 'e. europe standard time': 'Europe/Chisinau', 'fle standard time': 'Europe/Kiev',
  'gmt standard time': 'Europe/London', 'greenwich standard time': 'UTC', 'utc': 'UTC', 'russian standard time': 'Europe/Moscow', 'turkey standard time': 'Europe/Istanbul',
  'eastern standard time': 'America/New_York', 'central standard time': 'America/Chicago', 'mountain standard time': 'America/Denver', 'pacific standard time': 'America/Los_Angeles',
}

interface Property {
  readonly name: string
  readonly parameters: string
  readonly value: string
}

/** The first meeting in a calendar file (RFC 5545): what, when, where, who. Null when there is none in it. */
export function readInvitation(bytes: Buffer, charset?: string | null, method?: string | null): Invitation | null {
  const text = decodeText(bytes.subarray(0, MAX_BYTES), charset).replace(/\r\n?/g, '\n').replace(/\n[ \t]/g, '')
  const all = text.split('\n', MAX_LINES)
  const begin = all.findIndex((line) => /^BEGIN:VEVENT\s*$/i.test(line))
  if (begin === -1) return null
  const said = (method ?? property(all.slice(0, begin), 'METHOD')?.value ?? 'publish').trim().toLowerCase()
  const lines = ownLines(all.slice(begin + 1))
  const zones = zonesIn(all)
  const start = moment(property(lines, 'DTSTART'), zones)
  const end = moment(property(lines, 'DTEND'), zones) ?? after(start, property(lines, 'DURATION')?.value)
  const organiser = person(property(lines, 'ORGANIZER'))
  const attendees = lines.map((line) => parse(line)).filter((one) => one?.name === 'ATTENDEE').slice(0, MAX_ATTENDEES).map((one) => person(one)).filter((one) => one !== null)
  const summary = words(property(lines, 'SUMMARY'))
  const place = words(property(lines, 'LOCATION'))
  return {
    method: METHODS.find((one) => one === said) ?? 'publish',
    ...(summary ? { summary } : {}),
    ...(start ? { start: start.at, ...(start.allDay ? { allDay: true } : {}) } : {}),
    ...(end ? { end: end.at } : {}),
    ...(place ? { place } : {}),
    ...(organiser ? { organiser } : {}),
    ...(attendees.length > 0 ? { attendees } : {}),
  }
}

/** Of the meeting itself, not of its alarms. */
function ownLines(lines: readonly string[]): string[] {
  const own: string[] = []
  let inside = 0
  for (const line of lines) {
    if (/^END:VEVENT/i.test(line)) break
    if (/^BEGIN:/i.test(line)) inside++
    else if (/^END:/i.test(line)) inside--
    else if (inside === 0) own.push(line)
  }
  return own
}

function property(lines: readonly string[], name: string): Property | null {
  return lines.map((line) => (line.slice(0, name.length).toUpperCase() === name ? parse(line) : null)).find((one) => one?.name === name) ?? null
}

function parse(line: string): Property | null {
  // Exchange writes `TZID=(UTC+01:00) Prague:2026…` without the quotes that its colon asks for.
  const found = /^([A-Za-z-]{1,40})((?:;[A-Za-z-]{1,40}=(?:"[^"]{0,400}"|\(UTC[+-]?[\d:]{0,5}\)[^";:]{0,200}|[^";:]{0,400})){0,20}):(.{0,20000})$/.exec(line)
  return found ? { name: found[1].toUpperCase(), parameters: found[2], value: found[3] } : null
}

function parameterOf({ parameters }: Property, name: string): string | null {
  const found = new RegExp(`;${name}=(?:"([^"]*)"|(\\(UTC[^;]*|[^;:]*))`, 'i').exec(parameters)
  return found ? (found[1] ?? found[2]) : null
}

function words(found: Property | null): string | null {
  if (!found) return null
  const text = found.value.replace(/\\n/gi, '\n').replace(/\\([,;\\])/g, '$1')
  return text.split('\n', 20).map((line) => tidy(line)).filter(Boolean).join('\n').slice(0, 500) || null
}

function person(found: Property | null): { name?: string; address: string } | null {
  const address = tidy(found?.value.replace(/^mailto:/i, '') ?? '').slice(0, 320)
  if (!found || !/^[^\s@]+@[^\s@]+$/.test(address)) return null
  const name = tidy(parameterOf(found, 'CN') ?? '').slice(0, 200)
  return { ...(name && name !== address ? { name } : {}), address }
}

/** A floating time has no zone; it is taken as if it were UTC. */
function moment(found: Property | null, zones: Zones): { at: string; allDay: boolean } | null {
  const parts = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?/i.exec(found?.value.trim() ?? '')
  if (!found || !parts) return null
  const [, year, month, day, hour, minute, second, utc] = parts
  const named = parameterOf(found, 'TZID') ?? ''
  const told = named.replace(/^.*\/(?=[A-Z][a-z]+\/[A-Z])/, '')
  const zone = utc || !told ? 'utc' : (ZONES[told.toLowerCase()] ?? told)
  const numbers = { year: Number(year), month: Number(month), day: Number(day), hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) }
  const exact = DateTime.fromObject(numbers, { zone })
  const at = exact.isValid ? exact : DateTime.fromObject(numbers, { zone: 'utc' }).minus({ minutes: zones.get(named)?.(numbers) ?? 0 })
  return at.isValid ? { at: at.toUTC().toISO(), allDay: hour === undefined } : null
}

function after(start: { at: string; allDay: boolean } | null, duration?: string): { at: string } | null {
  const length = duration ? Duration.fromISO(duration.trim()) : null
  const end = start && length?.isValid ? DateTime.fromISO(start.at, { zone: 'utc' }).plus(length) : null
  return end?.isValid ? { at: end.toISO() } : null
}
