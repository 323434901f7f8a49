import vine from '@vinejs/vine'
import { DateTime } from 'luxon'

/** A password: long rather than strange (NIST SP 800-63B); pasting and managers welcome. */
export const password = () => vine.string().minLength(10).maxLength(200)

const knownZone = vine.createRule((value, _options, field) => {
  if (typeof value === 'string' && !DateTime.local({ zone: value }).isValid) field.report('There is no time zone of this name', 'time_zone', field)
})

/** A time zone by its name, as in `Europe/Prague`. */
export const timeZone = () => vine.string().trim().maxLength(60).use(knownZone())

/** Zones to choose from, the usual ones first. */
export function timeZones() {
  const usual = ['Europe/Prague', 'Europe/Bratislava', 'Europe/Warsaw', 'Europe/Athens', 'Europe/London', 'UTC']
  return [...usual, ...Intl.supportedValuesOf('timeZone').filter((zone) => !usual.includes(zone))]
}
