import db from '@adonisjs/lucid/services/db'
import { assert } from 'chai'
import type { EventName } from '#support/events'

/** How often this happened to a ticket. */
export async function eventCount(name: EventName, ticketId: number): Promise<number> {
  const [{ total }] = await db.from('events').where({ name, ticket_id: ticketId }).count('* as total')
  return Number(total)
}

/** The newest event of this name has this payload and was done by this actor. */
export async function assertEvent(name: EventName, payload: object, { by }: { by: { kind?: string; id: number | string } | null }) {
  const row = await db.from('events').where('name', name).orderBy('id', 'desc').first()
  assert.isNotNull(row, `nothing recorded "${name}"`)
  assert.include(JSON.parse(row.payload), payload)
  assert.equal(row.actor_kind, by ? (by.kind ?? 'agent') : 'system')
  assert.equal(row.actor_id, by ? String(by.id) : null)
}
