import db from '@adonisjs/lucid/services/db'
import { pluginRegistry } from '#plugins/registry'
import Inbox from '#channels/inbox'
import { within } from '#support/patience'
import { transaction } from '#support/transaction'
import { outgoingMessage, type DueDelivery } from './outgoing.js'
import { settleAsSent, type DeliveryRow } from './receipts.js'

const SECONDS = 60
const COLUMNS = ['deliveries.id', 'deliveries.message_id', 'deliveries.inbox_id', 'deliveries.reference', 'deliveries.attempts', 'deliveries.first_tried_at', 'deliveries.state', 'deliveries.external_id', 'deliveries.copy_state', 'messages.ticket_id']

type Row = DueDelivery & DeliveryRow & { readonly copy_state: string | null }

/** Puts the copy of a sent message into the mailbox, once. A job: what it throws is tried again. */
export async function keepCopy(deliveryId: number) {
  const row = await find(deliveryId)
  if (!row || row.copy_state !== 'wanted' || !['sent', 'delivered', 'read'].includes(row.state)) return
  const way = await wayOf(row.inbox_id)
  if (way?.driver.keepCopy) await within(SECONDS, way.driver.keepCopy(await outgoingMessage(row), pluginRegistry.inboxFor(way.inbox)), () => new Error(`No answer within ${SECONDS} s`))
  await db.from('deliveries').where('id', deliveryId).update({ copy_state: 'done' })
}

/** Asks the other side about a message of which we cannot tell whether it left; a copy with our reference is proof. */
export async function lookForProof(deliveryId: number) {
  const row = await find(deliveryId)
  if (!row || row.state !== 'unknown') return
  const way = await wayOf(row.inbox_id)
  if (!way?.driver.hasLeft) return
  const left = await within(SECONDS, way.driver.hasLeft(row.reference, pluginRegistry.inboxFor(way.inbox)), () => new Error(`No answer within ${SECONDS} s`))
  // No copy proves nothing: a person is asked, as when nobody can be.
  if (left) await transaction(() => settleAsSent(row, row.reference, { by: null, via: 'clock' }))
}

function find(deliveryId: number): Promise<Row | null> {
  return db.from('deliveries').join('messages', 'messages.id', 'deliveries.message_id').where('deliveries.id', deliveryId).select(...COLUMNS).first()
}

async function wayOf(inboxId: number) {
  const inbox = await Inbox.find(inboxId)
  const driver = inbox && !inbox.deletedAt ? pluginRegistry.channel(inbox.channel) : null
  return inbox && driver ? { inbox, driver } : null
}
