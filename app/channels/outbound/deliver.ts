import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { Capabilities, ChannelDriver, Reason, Sent } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import Inbox from '#channels/inbox'
import { capabilitiesOf } from '#channels/terms'
import { core, kept, touchHealth } from '#channels/health'
import { within } from '#support/patience'
import { nowMs } from '#support/clock'
import { enqueue } from '#support/jobs'
import { HOLDER } from '#support/leases'
import { record } from '#support/events'
import { leaves, openTransaction, transaction } from '#support/transaction'
import { linkFiles } from '#tickets/file_link'
import Ticket from '#tickets/ticket'
import { outgoingMessage, type DueDelivery } from './outgoing.js'
import { failDelivery, markRecipient, moveDelivery, pokeTicket, rememberParts, type DeliveryRow } from './receipts.js'

const LEASE_MS = 180_000
const SEND_SECONDS = 150
/** Seconds before the next try, by the number of tries made; then hourly. */
const BACK_OFF_SECONDS = [5, 20, 60, 300, 900]
const HOURLY = 3600
/** After so long of ordinary failures it has failed. A driver that names its own next time decides itself. */
const GIVE_UP_HOURS = 48
/** Without a way to send, a delivery is looked at again after so long. */
const NO_WAY_MS = 60_000
/** When the other side is asked whether it has it, before a person is. */
const PROOF_AFTER_SECONDS = [20, 90]
/** After so long an agent is asked what to do with a delivery of which we cannot tell. */
const ASK_AFTER_MS = 120_000

/** Hands one due message to its channel. False: none is due that may go. */
export async function takeNextDelivery(): Promise<boolean> {
  await settleLapsed()
  const at = nowMs()
  const due: (DueDelivery & { ticket_id: number })[] = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .join('inboxes', 'inboxes.id', 'deliveries.inbox_id')
    .where('deliveries.state', 'pending')
    .where('deliveries.due_at', '<=', at)
    .whereNull('inboxes.paused_at')
    .whereNull('inboxes.deleted_at')
    .orderBy('deliveries.due_at')
    .orderBy('deliveries.id')
    .limit(16)
    .select('deliveries.id', 'deliveries.message_id', 'deliveries.inbox_id', 'deliveries.reference', 'deliveries.attempts', 'deliveries.first_tried_at', 'messages.ticket_id')

  for (const delivery of due) {
    const way = await wayFor(delivery)
    if (way === 'elsewhere' || (await anotherIsLeaving(delivery))) continue
    if (way === null) {
      await postpone(delivery)
      return true
    }
    if (!(await claim(delivery, at))) continue
    await deliver(delivery, way)
    return true
  }
  return false
}

interface Way {
  readonly inbox: Inbox
  readonly driver: ChannelDriver<any> & Required<Pick<ChannelDriver<any>, 'send'>>
  readonly terms: Capabilities
}

/** Null: this inbox cannot send now. `elsewhere`: another process holds the session that sends. */
async function wayFor(delivery: DueDelivery): Promise<Way | 'elsewhere' | null> {
  const inbox = await Inbox.find(delivery.inbox_id)
  const driver = inbox && pluginRegistry.channel(inbox.channel)
  if (!inbox || !driver?.send) return null
  const terms = capabilitiesOf(inbox)!
  if (terms.sticky) {
    const lease = await db.from('leases').where('name', `poll:${inbox.id}`).where('holder', HOLDER).select('name').first()
    if (!lease) return 'elsewhere'
  }
  return { inbox, driver: driver as Way['driver'], terms }
}

/** Two replies of one ticket leave one after the other, in the order in which they were written. */
async function anotherIsLeaving(delivery: { id: number; ticket_id: number; message_id: number }): Promise<boolean> {
  const row = await db
    .from('messages')
    .join('deliveries', 'deliveries.message_id', 'messages.id')
    .where('messages.ticket_id', delivery.ticket_id)
    .where('messages.id', '<', delivery.message_id)
    .where('deliveries.state', 'sending')
    .select('deliveries.id')
    .first()
  return Boolean(row)
}

/** It stays pending, says why, and counts no try. */
async function postpone(delivery: DueDelivery & { ticket_id: number }) {
  await transaction(async (trx) => {
    await trx
      .from('deliveries')
      .where({ id: delivery.id, state: 'pending' })
      .update({ due_at: nowMs() + NO_WAY_MS, error: kept('gateway', core('no_sender')), error_code: 'no_sender', updated_at: nowMs() })
    pokeTicket(delivery.ticket_id)
  })
}

async function claim(delivery: DueDelivery, at: number): Promise<boolean> {
  const claimed = await db
    .from('deliveries')
    .where({ id: delivery.id, state: 'pending' })
    .where('due_at', '<=', at)
    .update({ state: 'sending', lease_until: at + LEASE_MS, attempts: delivery.attempts + 1, first_tried_at: delivery.first_tried_at ?? at, updated_at: at })
  return Number(claimed) === 1
}

async function deliver(delivery: DueDelivery & { ticket_id: number }, { inbox, driver, terms }: Way) {
  let outcome: Sent
  let handedOver = false
  try {
    const message = await outgoingMessage(delivery)
    const seen = await pluginRegistry.inboxFor(inbox)
    handedOver = true
    outcome = await within(SEND_SECONDS, driver.send(message, seen), () => new NoAnswer())
  } catch (error) {
    logger.warn({ err: error, delivery: delivery.id }, 'Sending threw')
    // Before the channel has it nothing can have left: a database that was away must not make a person ask.
    outcome = ofThrow(error as Error, terms.repeatable || !handedOver)
  }
  await settle(delivery, inbox, outcome)
}

class NoAnswer extends Error {}

/** Errors that tell that not a byte has left. */
const NOTHING_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EDNS'])

function ofThrow(error: Error, repeatable: boolean): Sent {
  const { nothingLeft, code, cause } = error as { nothingLeft?: boolean; code?: string; cause?: { code?: string } }
  const stayed = nothingLeft === true || NOTHING_LEFT.has(code ?? '') || NOTHING_LEFT.has(cause?.code ?? '')
  const reason = stayed ? core('not_reached', {}, error.message) : error instanceof NoAnswer ? core('send_timeout', { seconds: SEND_SECONDS }) : core('send_threw', {}, error.message)
  return stayed || repeatable ? { outcome: 'later', reason } : { outcome: 'unknown', reason }
}

async function settle(delivery: DueDelivery & { ticket_id: number }, inbox: Inbox, outcome: Sent) {
  const row: DeliveryRow = { ...delivery, state: 'sending', external_id: null }
  const cause = { by: null, via: 'clock' }
  await transaction(async () => {
    if (outcome.outcome === 'sent') {
      await moveDelivery(row, 'sent', nowMs(), cause, outcome.externalId)
      await rememberParts(row, outcome.parts ?? [])
      await wantCopy(row, inbox)
    } else if (outcome.outcome === 'refused' && outcome.tooLarge && (await sendAsLinks(row))) {
      return
    } else if (outcome.outcome === 'refused') {
      await failDelivery(row, inbox.channel, outcome.reason, cause)
      if (outcome.unreachable) await markRecipient(row, inbox.channel, outcome.reason)
    }
    else if (outcome.outcome === 'later') await tryLater(row, delivery, inbox, outcome)
    else await markUnknown(row, inbox.channel, outcome.reason)
  })
  if (outcome.outcome === 'sent') await touchHealth(inbox.id, 'sent_at')
  // The inbox itself may be what is wrong (a changed password): its health says so in words.
  else if (outcome.outcome === 'later') await enqueue('channels:check', { inbox: inbox.id }, { once: `check-${inbox.id}` })
}

/** The mailbox's other programs show it too: a job of its own, for the message has left whatever becomes of its copy. */
async function wantCopy(row: DeliveryRow, { channel }: Inbox) {
  if (!pluginRegistry.channel(channel)?.keepCopy) return
  await openTransaction().from('deliveries').where('id', row.id).whereNull('copy_state').update({ copy_state: 'wanted' })
  await enqueue('channels:copy', { delivery: row.id }, { once: `copy-${row.id}` })
}

/** A server on the way found it too large, and nothing has arrived: its files leave as links, at once. Without files there is nothing to be done. */
async function sendAsLinks(row: DeliveryRow): Promise<boolean> {
  if ((await linkFiles(row.message_id, row.inbox_id, { all: true })) === 0) return false
  await openTransaction().from('deliveries').where({ id: row.id, state: 'sending' }).update({ state: 'pending', due_at: nowMs(), lease_until: null, updated_at: nowMs() })
  leaves('deliveries')
  pokeTicket(row.ticket_id)
  return true
}

async function tryLater(row: DeliveryRow, delivery: DueDelivery, inbox: Inbox, { reason, after }: Extract<Sent, { outcome: 'later' }>) {
  const at = nowMs()
  const triedSince = Number(delivery.first_tried_at ?? at)
  if (!after && at - triedSince > GIVE_UP_HOURS * 3_600_000 && (await isInboxHealthy(inbox.id))) {
    await failDelivery(row, inbox.channel, reason, { by: null, via: 'clock' })
    return
  }
  const wait = (BACK_OFF_SECONDS[delivery.attempts] ?? HOURLY) * 1000 * (0.9 + Math.random() * 0.2)
  await openTransaction()
    .from('deliveries')
    .where({ id: row.id, state: 'sending' })
    .update({ state: 'pending', due_at: after?.toMillis() ?? Math.round(at + wait), error: kept(inbox.channel, reason), error_code: codeOf(reason), lease_until: null, updated_at: at })
  pokeTicket(row.ticket_id)
}

/** While the inbox itself is broken its replies wait for it, however long; nobody has refused them. */
async function isInboxHealthy(inboxId: number): Promise<boolean> {
  const health = await openTransaction().from('inbox_health').where('inbox_id', inboxId).select('ok').first()
  return !health || Number(health.ok) === 1
}

/** We cannot tell whether it left; an echo, a receipt or a bounce may still say. The lease is when a person is asked. */
async function markUnknown(row: DeliveryRow, channel: string, reason: Reason) {
  const at = nowMs()
  const trx = openTransaction()
  const marked = await trx
    .from('deliveries')
    .where({ id: row.id, state: 'sending' })
    .update({ state: 'unknown', error: kept(channel, reason), error_code: codeOf(reason), lease_until: at + ASK_AFTER_MS, updated_at: at })
  if (Number(marked) !== 1) return
  const ticket = await Ticket.findOrFail(row.ticket_id, { client: trx })
  for (const seconds of PROOF_AFTER_SECONDS) await enqueue('channels:proof', { delivery: row.id }, { at: at + seconds * 1000, once: `proof-${row.id}-${seconds}-${at}` })
  await record('message:unconfirmed', { ticketId: ticket.id, messageId: row.message_id }, { by: null }, { ticket: ticket.facts })
  pokeTicket(ticket.id)
}

/**
 * Deliveries whose worker died: a channel on which twice does no harm tries again; on all others,
 * e-mail too, nobody can tell whether it left.
 */
export async function settleLapsed() {
  const lapsed = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where('deliveries.state', 'sending')
    .where('deliveries.lease_until', '<', nowMs())
    .limit(20)
    .select('deliveries.id', 'deliveries.message_id', 'deliveries.inbox_id', 'deliveries.state', 'deliveries.external_id', 'messages.ticket_id')
  for (const row of lapsed) await settleAbandoned(row)
}

/**
 * The same for what this machine's dead processes left, without waiting for the lease. Called at a
 * start when the database is a file, so that nobody else can be sending.
 */
export async function settleAllAbandoned() {
  const left = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where('deliveries.state', 'sending')
    .select('deliveries.id', 'deliveries.message_id', 'deliveries.inbox_id', 'deliveries.state', 'deliveries.external_id', 'messages.ticket_id')
  for (const row of left) await settleAbandoned(row)
}

async function settleAbandoned(row: DeliveryRow) {
  const inbox = await Inbox.find(row.inbox_id)
  const repeatable = inbox && capabilitiesOf(inbox)?.repeatable
  await transaction(async (trx) => {
    if (repeatable) await trx.from('deliveries').where({ id: row.id, state: 'sending' }).update({ state: 'pending', due_at: nowMs(), lease_until: null, updated_at: nowMs() })
    else await markUnknown(row, 'gateway', core('worker_died_sending'))
  })
}

/** Two minutes have passed and nothing told what became of it: its ticket comes back, and its thread asks. */
export async function askAboutUnknown() {
  const asked = await db
    .from('deliveries')
    .join('messages', 'messages.id', 'deliveries.message_id')
    .where('deliveries.state', 'unknown')
    .where('deliveries.lease_until', '<=', nowMs())
    .limit(100)
    .select('deliveries.id', 'messages.ticket_id')
  for (const { id, ticket_id: ticketId } of asked) {
    await transaction(async (trx) => {
      const taken = await trx.from('deliveries').where({ id, state: 'unknown' }).whereNotNull('lease_until').update({ lease_until: null })
      if (Number(taken) !== 1) return
      const ticket = await Ticket.findOrFail(ticketId, { client: trx })
      if (!ticket.mergedIntoId && ticket.status !== 'spam') await ticket.reopen({ by: null, because: `delivery:${id}`, via: 'clock' })
      pokeTicket(ticketId)
    })
  }
}

const codeOf = (reason: Reason) => (typeof reason === 'object' ? reason.key.slice(0, 60) : null)
