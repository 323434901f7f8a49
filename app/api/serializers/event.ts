import { anything, id, idOf, iso, mapOf, name, nullable, object, text, time } from '../schema.js'
import { actorSchema, namesOf } from './author.js'

export const eventSchema = name(
  'Event',
  object({
    id,
    name: text('noun:verbed, in the past tense'),
    at: time,
    by: actorSchema,
    on_behalf_of_id: nullable(id),
    because: nullable(text('why, in a stable form: rule:12, absence:7')),
    via: text('page, api:<token id>, mail, hook, command, clock, import, demo'),
    ticket_number: nullable(id),
    customer_id: nullable(id),
    inbox_id: nullable(id),
    changes: mapOf(anything),
  })
)

/** Rows of `events` as the API tells them. */
export async function eventsJson(rows: readonly Record<string, any>[]) {
  const nameOf = await namesOf(rows.map((row) => ({ kind: row.actor_kind, id: row.actor_id })))
  return rows.map((row) => ({
    id: idOf(row.id as number),
    name: row.name,
    at: iso(row.at),
    by: { type: row.actor_kind, id: row.actor_id, name: nameOf({ kind: row.actor_kind, id: row.actor_id }) },
    on_behalf_of_id: idOf(row.on_behalf_of_id as number | null),
    because: row.because,
    via: row.via,
    ticket_number: idOf(row.ticket_id as number | null),
    customer_id: idOf(row.customer_id as number | null),
    inbox_id: idOf(row.inbox_id as number | null),
    changes: payloadJson(JSON.parse(row.payload)),
  }))
}

/** The payload by the API's rules: snake_case, ids as strings, moments as ISO 8601. */
function payloadJson(payload: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload)
      .filter(([key]) => key !== 'ticketId')
      .map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), valueJson(key, value)])
  )
}

function valueJson(key: string, value: unknown): unknown {
  if (key === 'until' || key === 'dueAt') return iso(value as number | null)
  if (/Id$/.test(key)) return idOf(value as number | null)
  if (Array.isArray(value)) return value.map(String)
  return value
}
