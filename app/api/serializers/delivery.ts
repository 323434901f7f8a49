import type { I18n } from '@adonisjs/i18n'
import { sayReason } from '#plugins/reasons'
import { integer, iso, name, nullable, object, oneOf, text, time } from '../schema.js'

export const deliverySchema = name(
  'Delivery',
  object({
    state: oneOf('pending', 'held', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled'),
    due_at: time,
    planned_at: nullable(time),
    attempts: integer,
    last_error: nullable(object({ code: nullable(text()), message: text(), at: nullable(time) })),
    sent_at: nullable(time),
    delivered_at: nullable(time),
    read_at: nullable(time),
  })
)

export function deliveryJson(row: Record<string, any>, i18n: I18n) {
  return {
    state: row.state,
    due_at: iso(row.due_at),
    planned_at: iso(row.planned_at),
    attempts: row.attempts,
    last_error: row.error ? { code: row.error_code, message: sayReason(i18n, row.error), at: iso(row.failed_at ?? row.updated_at) } : null,
    sent_at: iso(row.sent_at),
    delivered_at: iso(row.delivered_at),
    read_at: iso(row.read_at),
  }
}
