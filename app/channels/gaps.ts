import db from '@adonisjs/lucid/services/db'
import Inbox from '#channels/inbox'
import { capabilitiesOf } from '#channels/terms'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction, transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

const HOUR_MS = 3_600_000
/** A restart is no gap; ms. */
const RESTART_MS = 120_000
const ALIVE = 'alive:channels'
const LIVING = ['new', 'open', 'pending', 'snoozed']
/** Tickets on which one gap is said; the inbox says it to everybody. */
const MOST = 500

/** Writes down that an inbox was deaf between two moments (ms) and that the channel will not repeat what it missed. */
export async function recordGap(inbox: { id: number; channel: string }, from: number, until: number, cause: Cause) {
  if (until <= from) return
  await transaction(async () => {
    await record('inbox:gap', { inboxId: inbox.id, from, until }, { ...cause, by: null }, { inboxId: inbox.id, channel: inbox.channel })
    const tickets = await openTransaction().from('tickets').where('inbox_id', inbox.id).whereIn('status', LIVING).orderBy('id', 'desc').limit(MOST).select('id')
    for (const { id } of tickets) {
      const ticket = await Ticket.findOrFail(id, { client: openTransaction() })
      await ticket.tell('ticket:gap', { from, until }, { ...cause, by: null })
    }
    afterCommit(() => poke(['inboxes', 'list', ...tickets.map(({ id }) => `ticket-${id}`)]))
  })
}

let looked = false

/**
 * Keeps a sign of life, and at the first turn of a process looks how old the last one is: longer than a channel's
 * provider keeps what it could not hand over, and something may be missing.
 */
export async function noticeDowntime() {
  const at = nowMs()
  const last = await db.from('leases').where('name', ALIVE).select('until_at').first()
  await db.connection().knexQuery().table('leases').insert({ name: ALIVE, holder: 'channels', until_at: at }).onConflict('name').merge(['until_at'])
  if (looked) return
  looked = true
  if (last) await nameDowntime(Number(last.until_at), at)
}

/** Names a gap for every inbox whose provider does not keep things for so long (ms). */
export async function nameDowntime(from: number, until: number) {
  if (until - from < RESTART_MS) return
  for (const inbox of await Inbox.query().whereNull('deleted_at').whereNull('paused_at').orderBy('id')) {
    const { replayHours } = capabilitiesOf(inbox) ?? {}
    if (replayHours === undefined || until - from <= replayHours * HOUR_MS) continue
    await recordGap(inbox, from, until, { by: null, via: 'clock' })
  }
}
