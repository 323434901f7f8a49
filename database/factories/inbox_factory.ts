import { randomUUID } from 'node:crypto'
import Factory from '@adonisjs/lucid/factories'
import Inbox from '#channels/inbox'
import { now } from '#support/clock'

/** A connected mailbox without a configuration, sending at once. States: `paused`, `deleted`. */
export const InboxFactory = Factory.define(Inbox, () => {
  const mark = randomUUID().slice(0, 8)
  return {
    key: randomUUID(),
    channel: 'email',
    name: `Info ${mark}`,
    address: `info-${mark}@shop.test`,
    config: '{}',
    teamId: null,
    signature: null,
    undoSeconds: 0,
    closeAfterDays: 14,
    reopenWithinDays: 30,
    createdAt: now(),
    updatedAt: now(),
  }
})
  .state('paused', (inbox) => (inbox.pausedAt = now()))
  .state('deleted', (inbox) => (inbox.deletedAt = now()))
  .build()
