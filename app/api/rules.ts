import vine from '@vinejs/vine'
import { DateTime } from 'luxon'
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

/** People of a message, as the domain names them. */
export function mailboxes(people: readonly (string | { address: string; name?: string })[] | undefined) {
  return people?.map((one) => (typeof one === 'string' ? { address: one } : one))
}
