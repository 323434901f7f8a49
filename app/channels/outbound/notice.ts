import db from '@adonisjs/lucid/services/db'
import type { Reason, Sent } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import Inbox from '#channels/inbox'
import { core } from '#channels/health'
import { within } from '#support/patience'

const SEND_SECONDS = 60

/** Words for a person inside: no ticket, no customer, nothing that waits for an answer. */
export interface Notice {
  /** Our own mark, different for each. */
  readonly reference: string
  readonly to: string
  readonly fromName: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The inboxes by which notices can leave: their channel writes to e-mail addresses by its own threads. */
export async function noticeInboxes(): Promise<{ id: number; name: string }[]> {
  const rows = await db.from('inboxes').whereNull('deleted_at').whereNull('paused_at').orderBy('id').select('id', 'name', 'channel', 'address')
  return rows.filter(({ channel, address }) => address && canCarry(channel)).map(({ id, name }) => ({ id, name }))
}

function canCarry(channel: string): boolean {
  const driver = pluginRegistry.channel(channel)
  return Boolean(driver?.send) && driver!.capabilities.threads === 'references' && !driver!.capabilities.sticky
}

/**
 * Hands a notice to the channel of an inbox, once; the caller keeps the row that remembers it.
 *
 * @returns what became of it; a throw of the driver is `unknown` unless nothing can have left
 */
export async function sendNotice(inboxId: number, { reference, to, fromName, subject, text, html }: Notice): Promise<Sent> {
  const inbox = await Inbox.find(inboxId)
  const driver = inbox && pluginRegistry.channel(inbox.channel)
  if (!inbox || !driver?.send || !canCarry(inbox.channel)) return { outcome: 'refused', reason: core('no_sender') }
  try {
    const message = { id: 0, reference, fromName, to: { kind: 'email' as const, value: to }, text, html, subject, files: [], thread: { references: [] }, attempts: 1, byPerson: false }
    return await within(SEND_SECONDS, driver.send(message, await pluginRegistry.inboxFor(inbox)), () => new Error('No answer'))
  } catch (error) {
    const reason: Reason = core('send_threw', {}, (error as Error).message)
    return (error as { nothingLeft?: boolean }).nothingLeft ? { outcome: 'later', reason } : { outcome: 'unknown', reason }
  }
}
