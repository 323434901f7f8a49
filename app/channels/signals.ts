import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import Inbox from '#channels/inbox'
import { kindOf } from '#channels/outbound/address_kind'
import { pluginRegistry } from '#plugins/registry'
import { nowMs } from '#support/clock'
import { enqueue } from '#support/jobs'
import { within } from '#support/patience'

type Signal = 'typing' | 'seen'

const SECONDS = 10
/** One that could not be given at once means nothing any more; ms. */
const STALE_MS = 30_000

/** An agent writes in this ticket, or has read it: where its channel can tell the customer so, it is told. */
export async function signalCustomer(ticket: { readonly id: number; readonly channel: string }, signal: Signal) {
  if (!pluginRegistry.channel(ticket.channel)?.signal) return
  await enqueue('channels:signal', { ticket: ticket.id, signal, at: nowMs() }, { once: `signal-${signal}-${ticket.id}` })
}

/** Gives the signal. Whatever the other side does, it is not given twice. */
export async function giveSignal({ ticket: ticketId, signal, at }: { ticket: number; signal: Signal; at: number }) {
  if (nowMs() - at > STALE_MS) return
  const last = await db.from('messages').where('ticket_id', ticketId).where('kind', 'inbound').orderBy('id', 'desc').select('inbox_id', 'from_address', 'from_name', 'external_id').first()
  const inbox = last && (await Inbox.find(last.inbox_id))
  const driver = inbox && pluginRegistry.channel(inbox.channel)
  if (!inbox || inbox.deletedAt || inbox.isPaused || !driver?.signal || !last.from_address) return
  try {
    const to = { kind: kindOf(last.from_address), value: last.from_address }
    await within(SECONDS, driver.signal(signal, to, pluginRegistry.inboxFor(inbox), { lastExternalId: last.external_id ?? undefined }), () => new Error('No answer'))
  } catch (error) {
    logger.info({ err: error, inbox: inbox.id, signal }, 'A signal could not be given')
  }
}
