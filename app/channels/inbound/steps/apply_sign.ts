import { findCustomer } from '#customers/identity'
import { markReachable, markUnreachable } from '#customers/reach'
import { kept } from '#channels/health'
import { poke } from '#support/pokes'
import { afterCommit, openTransaction } from '#support/transaction'
import { openWindow } from '#tickets/channel_terms'
import Ticket from '#tickets/ticket'
import type { InboundDraft, Stop } from '../draft.js'

const LIVING = ['new', 'open', 'pending', 'snoozed', 'resolved']

/** The customer came by a link, subscribed, left: it changes what may be written, and is said on open tickets. */
export async function applySign(draft: InboundDraft): Promise<Stop | void> {
  if (draft.incoming.type !== 'sign') return
  const { from, at, opensWindow, reachable, remark } = draft.incoming
  const { inbox } = draft
  const customerId = await findCustomer(from.kind, from.value)
  if (customerId === null) return { outcome: 'ignored', reason: 'sign_of_stranger' }

  if (reachable === true) await markReachable(from, inbox.channel)
  if (reachable === false) await markUnreachable(from, inbox.channel, remark ? kept(inbox.channel, remark) : null)
  if (opensWindow && inbox.terms.window) await openWindow({ inboxId: inbox.id, customerId, at: at.toMillis(), window: inbox.terms.window })

  const tickets = await openTransaction().from('tickets').where({ inbox_id: inbox.id, customer_id: customerId }).whereIn('status', LIVING).whereNull('merged_into_id').orderBy('id', 'desc').limit(5).select('id')
  for (const { id } of tickets) {
    draft.ticketId ??= id
    if (remark) await (await Ticket.findOrFail(id, { client: openTransaction() })).tell('ticket:signed', { words: kept(inbox.channel, remark).slice(0, 1000) }, draft.cause)
    afterCommit(() => poke([`ticket-${id}`, 'list']))
  }
  return { outcome: 'appended' }
}
