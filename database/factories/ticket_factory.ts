import Factory from '@adonisjs/lucid/factories'
import Ticket from '#tickets/ticket'
import { now } from '#support/clock'
import { CustomerFactory } from './customer_factory.js'
import { InboxFactory } from './inbox_factory.js'

/**
 * A ticket as a bare row: without messages, events or index. For lists and policies; where the story
 * matters, begin with `givenTicket` of tests/given.ts. Merge `inboxId` and `customerId`, or they are made.
 * States: `open`, `resolved`, `closed`, `spam`, `snoozed`.
 */
export const TicketFactory = Factory.define(Ticket, () => ({
  subject: 'Kávovar nepřišel',
  status: 'new',
  pendingOn: null,
  priority: 'normal',
  category: 'customer',
  channel: 'email',
  ownerId: null,
  actingId: null,
  actingTeamId: null,
  teamId: null,
  preview: 'Dobrý den, kde je můj kávovar?',
  custom: null,
  version: 1,
  messageCount: 0,
  noteCount: 0,
  attachmentCount: 0,
  waitingSinceAt: now(),
  mergedIntoId: null,
  createdAt: now(),
  updatedAt: now(),
}))
  .state('open', (ticket) => (ticket.status = 'open'))
  .state('resolved', (ticket) => void ticket.merge({ status: 'resolved', resolvedAt: now(), waitingSinceAt: null }))
  .state('closed', (ticket) => void ticket.merge({ status: 'closed', closedAt: now(), waitingSinceAt: null }))
  .state('spam', (ticket) => void ticket.merge({ status: 'spam', waitingSinceAt: null }))
  .state('snoozed', (ticket) => void ticket.merge({ status: 'snoozed', snoozedUntil: now().plus({ days: 1 }), waitingSinceAt: null }))
  .before('create', async (_factory, ticket, { $trx }) => {
    // A factory runs in a transaction, and SQLite has one connection: what it makes joins it.
    ticket.inboxId ??= (await InboxFactory.client($trx!).create()).id
    ticket.customerId ??= (await CustomerFactory.client($trx!).create()).id
  })
  .build()
