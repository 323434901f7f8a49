import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
import { readWeek, WEEKDAYS, type WeekHours } from '#people/hours'
import { wrongField } from './problem.js'

/* Rules that several resources share; a validator stands beside its only user. */

export const idRule = () => vine.string().regex(/^\d{1,9}$/)
export const flag = () => vine.boolean({ strict: true })
export const person = () => vine.unionOfTypes([vine.string().email(), vine.object({ address: vine.string().email(), name: vine.string().maxLength(300).optional() })])

/** Fields that every list takes. */
export const paging = {
  limit: vine.number().withoutDecimals().range([1, 200]).optional(),
  cursor: vine.string().maxLength(500).optional(),
}

/** A query without fields of its own. */
export const pagingOnly = vine.create(paging)

export const attachments = () =>
  vine
    .array(
      vine.object({
        upload_id: idRule().optional(),
        filename: vine.string().minLength(1).maxLength(255).optional(),
        content_type: vine.string().maxLength(100).optional(),
        content_base64: vine.string().optional(),
      })
    )
    .maxLength(20)
    .optional()

/**
 * Reads a time of a request.
 *
 * @throws Refusal naming the field
 */
export function moment(field: string, value: string): DateTime
export function moment(field: string, value: string | undefined): DateTime | undefined
export function moment(field: string, value: string | undefined): DateTime | undefined {
  if (value === undefined) return undefined
  const read = DateTime.fromISO(value, { zone: 'utc' })
  if (!read.isValid) throw wrongField(field, 'moment', `The field ${field} must be a time in ISO 8601`)
  return read
}

/** Hours of work in a request: spans by weekday. */
export const week = () => vine.object(Object.fromEntries(WEEKDAYS.map((day) => [day, vine.array(vine.array(vine.string().regex(/^\d{2}:\d{2}$/)).fixedLength(2)).maxLength(10).optional()])))

/**
 * Reads them.
 *
 * @throws Refusal naming the field
 */
export function weekHours(field: string, value: Record<string, string[][] | undefined> | null | undefined): WeekHours | null | undefined {
  if (value === undefined || value === null) return value
  const read = readWeek(Object.fromEntries(Object.entries(value).map(([day, spans]) => [day, (spans ?? []).map((span) => span.join('-')).join(',')])))
  if ('wrong' in read) throw wrongField(`${field}.${read.wrong}`, 'hours', `The hours of ${read.wrong} overlap, run backwards, or are no times of day`)
  return read.hours
}

/** People of a message, as the domain names them. */
export function mailboxes(people: readonly (string | { address: string; name?: string })[] | undefined) {
  return people?.map((one) => (typeof one === 'string' ? { address: one } : one))
}
