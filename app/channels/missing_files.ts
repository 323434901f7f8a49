import db from '@adonisjs/lucid/services/db'
import type { File, IncomingMessage } from '#plugin'
import { core, kept } from '#channels/health'
import { keepIncoming, type IncomingFile } from '#channels/inbound/incoming_file'
import { storedItem } from '#channels/inbound/stored'
import Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { keptBytes } from '#support/files'
import { enqueue } from '#support/jobs'
import { within } from '#support/patience'
import { transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

/*
 * Files that could not be had when their message came: fetched from where its original says, by the same channel and the
 * same guarded client, as often as is any use; and when a person wants it.
 */

/** Minutes before each further try by itself. */
const LATER_MINUTES = [1, 10, 60, 360]
const READ_SECONDS = 5

interface MissingFile {
  readonly id: number
  readonly message_id: number
  readonly ticket_id: number
  readonly external_id: string
  readonly incoming_item_id: number | null
  readonly inbox_id: number
  readonly error: string | null
}

/** Plans the next try for what is missing of a message, in the open transaction; after the last one only a person asks. */
export async function tryLater(messageId: number, round: number) {
  const minutes = LATER_MINUTES[round]
  if (minutes !== undefined) await enqueue('channels:files', { message: messageId, round }, { at: nowMs() + minutes * 60_000, once: `files-${messageId}-${round}` })
}

/** Tries all that is missing of a message; what still cannot be had is left as it is, and tried once more later. */
export async function fetchMissing(messageId: number, round: number) {
  let again = false
  for (const row of await missing().where('attachments.message_id', messageId).orderBy('attachments.id')) {
    if (isGone(row)) continue
    const file = await fetchOne(row)
    if (file.sha256 !== null || !file.again) await settle(row, file)
    again ||= file.again === true
  }
  if (again) await tryLater(messageId, round + 1)
}

/** A person asked: what comes of it is told in any case. Nothing to do when it has come meanwhile. */
export async function fetchAsked(attachmentId: number) {
  const row: MissingFile | null = await missing().where('attachments.id', attachmentId).whereNotNull('attachments.asked_at').first()
  if (row) await settle(row, await fetchOne(row))
}

function missing() {
  return db
    .from('attachments')
    .join('messages', 'messages.id', 'attachments.message_id')
    .whereNull('attachments.sha256')
    .select('attachments.id', 'attachments.message_id', 'messages.ticket_id', 'messages.external_id', 'messages.incoming_item_id', 'messages.inbox_id', 'attachments.error')
}

/** The provider has said that it does not keep it: only a person may want to see for himself. */
const isGone = ({ error }: MissingFile) => error !== null && JSON.parse(error).key === 'file_gone_there'

async function fetchOne(row: MissingFile): Promise<IncomingFile> {
  const found = await whereItLies(row)
  return typeof found === 'string' ? { name: '', type: '', bytes: 0, sha256: null, error: kept('gateway', core(found)) } : keepIncoming(found, false)
}

/** The file as the channel reads it from the original; a key of `gateway` where there is none any more. */
async function whereItLies({ id, message_id: messageId, external_id: externalId, incoming_item_id: itemId, inbox_id: inboxId }: MissingFile): Promise<File | string> {
  const inbox = await Inbox.find(inboxId)
  const driver = inbox && !inbox.deletedAt ? pluginRegistry.channel(inbox.channel) : null
  if (!inbox || !driver) return 'file_no_inbox'
  const item = itemId === null ? null : await db.from('incoming_items').where('id', itemId).first()
  if (!item || (await keptBytes(item.raw_path)) === null) return 'file_no_original'

  const read = await within(READ_SECONDS, Promise.resolve(driver.read(storedItem(item), pluginRegistry.inboxFor(inbox))))
  const message = read.find((one): one is IncomingMessage => one.type === 'message' && one.externalId === externalId)
  // The rows were written in the order of the files.
  const before = await db.from('attachments').where('message_id', messageId).where('id', '<', id).count('* as n').first()
  return message?.files?.[Number(before.n)] ?? 'file_no_original'
}

/** Writes what came of a try, unless another one was quicker, and tells those who look at the ticket. */
async function settle(row: MissingFile, { type, bytes, sha256, error }: IncomingFile, cause: Cause = { by: null }) {
  await transaction(async (trx) => {
    const had = sha256 !== null ? { type: type.slice(0, 100), bytes, sha256, error: null } : { error }
    const changed = await trx.from('attachments').where('id', row.id).whereNull('sha256').update({ ...had, asked_at: null })
    if (Number(changed) !== 1) return
    const ticket = await Ticket.findOrFail(row.ticket_id, { client: trx })
    await ticket.keep()
    await ticket.tell(sha256 !== null ? 'file:fetched' : 'file:not_fetched', { messageId: row.message_id, attachmentId: row.id }, cause)
  })
}
