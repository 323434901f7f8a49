import { DateTime } from 'luxon'

/** A mail before 1990 or in the future has a wrong clock. */
const EARLIEST = DateTime.utc(1990)

/** When a mail says that it was written, from the beginning of its bytes; null when that cannot be believed. */
export function dateOf(head: Buffer, now: DateTime): DateTime | null {
  const block = head.subarray(0, 64 * 1024).toString('latin1').split(/\r?\n\r?\n/, 1)[0].replace(/\r?\n[ \t]+/g, ' ')
  for (const name of ['date', 'delivery-date', 'received']) {
    const value = new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(block)?.[1]
    if (!value) continue
    const at = read(name === 'received' ? value.slice(value.lastIndexOf(';') + 1) : value)
    if (at && at > EARLIEST && at < now.plus({ days: 1 })) return at
  }
  return null
}

function read(text: string): DateTime | null {
  const at = DateTime.fromMillis(Date.parse(text.replace(/\([^)]*\)/g, '').trim()), { zone: 'utc' })
  return at.isValid ? at : null
}

/** Whether a moment lies in what was asked for; the end is the end of its day. */
export function isWithin(at: DateTime, { since, until }: { since?: DateTime; until?: DateTime }): boolean {
  return (!since || at >= since) && (!until || at <= until.endOf('day'))
}
