/*
 * How the validator reports: messages come from resources/lang (validator.shared.*), by the reader's language.
 */
import vine, { VineString } from '@vinejs/vine'
import { DateTime } from 'luxon'

// A time in the API is ISO 8601; we want a moment in UTC, or a clear error.
const isoMoment = vine.createRule((value, _options, field) => {
  if (typeof value !== 'string') return
  const moment = DateTime.fromISO(value, { zone: 'utc' })
  if (!moment.isValid) field.report('The {{ field }} field must be a time in ISO 8601', 'moment', field)
  else field.mutate(moment, field)
})

declare module '@vinejs/vine' {
  interface VineString {
    /** An ISO 8601 time; the value becomes a Luxon DateTime in UTC. */
    moment(): this
  }
}

VineString.macro('moment', function (this: VineString) {
  return this.use(isoMoment())
})
