import db from '@adonisjs/lucid/services/db'
import type Agent from '#people/agent'
import { narrowToInboxes } from '#people/access'
import { pluginRegistry } from '#plugins/registry'

export interface SideInbox {
  readonly id: number
  readonly name: string
  readonly channel: string
  readonly address: string | null
}

/**
 * The mailboxes from which an agent may write to a third party about a ticket: those whose channel keeps threads
 * by references, so that an answer finds home by our signed mark. The ticket's own comes first.
 */
export async function sideInboxes(agent: Agent, ticketInboxId: number): Promise<SideInbox[]> {
  const query = db.from('inboxes').whereNull('deleted_at').orderBy('id').select('id', 'name', 'channel', 'address')
  await narrowToInboxes(query, agent, 'id')
  const rows: SideInbox[] = await query
  return rows
    .filter(({ channel }) => {
      const driver = pluginRegistry.channel(channel)
      return driver?.capabilities.threads === 'references' && driver.send !== undefined
    })
    .sort((a, b) => Number(b.id === ticketInboxId) - Number(a.id === ticketInboxId) || a.id - b.id)
}
