import type { I18n } from '@adonisjs/i18n'
import { sayReason } from '#plugins/reasons'
import { anything, id, idOf, integer, iso, mapOf, name, nullable, object, oneOf, text, time } from '../schema.js'

export const incomingSchema = name(
  'Incoming',
  object({
    id,
    inbox_id: id,
    external_id: text(),
    type: text('media type of the raw bytes'),
    bytes: integer,
    sha256: text(),
    received_at: time,
    via: text(),
    state: oneOf('stored', 'processing', 'done', 'ignored', 'failed'),
    outcome: nullable(text()),
    reason: nullable(text()),
    attempts: integer,
    message_id: nullable(id),
    ticket_number: nullable(id),
    finished_at: nullable(time),
  })
)

export function incomingJson(row: Record<string, any>, i18n: I18n) {
  return {
    id: idOf(row.id as number),
    inbox_id: idOf(row.inbox_id as number),
    external_id: row.external_id,
    type: row.type,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    received_at: iso(row.received_at),
    via: row.via,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason ? sayReason(i18n, row.reason) : null,
    attempts: row.attempts,
    message_id: idOf(row.message_id as number | null),
    ticket_number: idOf(row.ticket_id as number | null),
    finished_at: iso(row.finished_at),
  }
}

export const jobSchema = name(
  'Job',
  object({ id, name: text(), data: mapOf(anything), state: oneOf('pending', 'running', 'dead'), attempts: integer, due_at: time, error: nullable(text()), created_at: time, finished_at: nullable(time) })
)

export function jobJson(row: Record<string, any>) {
  return {
    id: idOf(row.id as number),
    name: row.name,
    data: JSON.parse(row.data),
    state: row.state,
    attempts: row.attempts,
    due_at: iso(row.due_at),
    error: row.error,
    created_at: iso(row.created_at),
    finished_at: iso(row.finished_at),
  }
}
