const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** Minutes east of Greenwich: RFC 5322 §4.3, and what European mail servers write. */
const ZONES: Record<string, number> = {
  ut: 0, utc: 0, gmt: 0, z: 0, wet: 0, west: 60, bst: 60, cet: 60, met: 60, mez: 60, cest: 120, mest: 120, mesz: 120, eet: 120, eest: 180, msk: 180,
  est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420, jst: 540,
}
const EARLIEST = Date.UTC(1980, 0, 1)
const LATEST = Date.UTC(2200, 0, 1)

/**
 * A Date header (RFC 5322 §3.3, and its obsolete forms) in ms UTC: comments, two-figure years, named zones, missing
 * weekdays, seconds and zones; ISO 8601 too. Null for what names no time.
 */
export function readDate(header: string): number | null {
  const text = header.slice(0, 200).replace(/\([^()]{0,100}\)/g, ' ').replace(/\s+/g, ' ').trim()
  const at = rfc(text) ?? american(text) ?? spoken(text) ?? iso(text)
  return at !== null && at >= EARLIEST && at < LATEST ? at : null
}

/** `Mon, 2 Nov 2026 10:00:00 +0100` */
function rfc(text: string): number | null {
  const found = /(\d{1,2})[ -]([a-z]{3})[a-z]{0,6}\.?[ -](\d{2,4}),?(?: (\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d{1,9})?)?)? ?(.*)$/i.exec(text)
  if (!found) return null
  const month = MONTHS.indexOf(found[2].toLowerCase())
  return month === -1 ? null : at(fullYear(found[3]), month, Number(found[1]), found.slice(4, 7), found[7])
}

/** `Mon Nov 2 10:00:00 2026`, as asctime writes it. */
function american(text: string): number | null {
  const found = /([a-z]{3})[a-z]{0,6} (\d{1,2}),? (\d{1,2}):(\d{2})(?::(\d{2}))? (?:([a-z]{2,5}|[+-]\d{4}) )?(\d{4})(?: ([+-]\d{4}))?/i.exec(text)
  const month = found ? MONTHS.indexOf(found[1].toLowerCase()) : -1
  return !found || month === -1 ? null : at(Number(found[7]), month, Number(found[2]), found.slice(3, 6), found[6] ?? found[8] ?? '')
}

/** `Monday, November 02, 2026 10:00 AM` */
function spoken(text: string): number | null {
  const found = /([a-z]{3})[a-z]{0,6} (\d{1,2}), (\d{4}),? (?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])m)? ?(.*)$/i.exec(text)
  const month = found ? MONTHS.indexOf(found[1].toLowerCase()) : -1
  if (!found || month === -1) return null
  const hour = found[7] ? (Number(found[4]) % 12) + (found[7].toLowerCase() === 'p' ? 12 : 0) : Number(found[4])
  return at(Number(found[3]), month, Number(found[2]), [String(hour), found[5], found[6]], found[8])
}

function iso(text: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)? ?(.*)$/i.exec(text)
  return found ? at(Number(found[1]), Number(found[2]) - 1, Number(found[3]), found.slice(4, 7), found[7]) : null
}

function at(year: number, month: number, day: number, [hours = '0', minutes = '0', seconds = '0']: (string | undefined)[], zone: string): number | null {
  if (day < 1 || day > 31 || month < 0 || month > 11 || Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return null
  const ms = Date.UTC(year, month, day, Number(hours), Number(minutes), Number(seconds))
  return Number.isFinite(ms) ? ms - zoneMinutes(zone) * 60_000 : null
}

/** RFC 5322 §4.3: an unknown zone says nothing. */
function zoneMinutes(zone: string): number {
  const numeric = /([+-])\s?(\d{2}):?(\d{2})/.exec(zone)
  if (numeric) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
    return minutes > 14 * 60 + 59 ? 0 : numeric[1] === '-' ? -minutes : minutes
  }
  return ZONES[/[a-z]{1,5}/i.exec(zone)?.[0].toLowerCase() ?? ''] ?? 0
}

/** RFC 5322 §4.3: two figures below 50 are of this century, three count from 1900. */
function fullYear(figures: string): number {
  const year = Number(figures)
  if (figures.length >= 4) return year
  return figures.length === 3 || year >= 50 ? 1900 + year : 2000 + year
}
