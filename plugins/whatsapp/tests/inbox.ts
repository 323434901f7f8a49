import type { Inbox } from '#plugin'
import { writeConfig } from '#channels/inbox_config'
import type InboxRow from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { now } from '#support/clock'
import { givenInbox } from '#tests/given'
import type { FakeWhatsappCloud } from '../../../tests/fakes/whatsapp_cloud.js'
import type { WhatsappInbox } from '../config.js'

/** A number connected to the fake, with its driver's own view of it. */
export async function givenNumber(cloud: FakeWhatsappCloud, values: Record<string, unknown> = {}): Promise<{ row: InboxRow; inbox: WhatsappInbox }> {
  const row = await givenInbox({ channel: 'whatsapp', address: '+420555000111' })
  row.config = writeConfig(row, { ...cloud.config(), ...values })
  await row.save()
  return { row, inbox: pluginRegistry.inboxFor(row) as Inbox<any> as WhatsappInbox }
}

let counter = 0

/** What Jana writes, as Meta puts it; `rest` may take anything away. */
export function wrote(message: Record<string, unknown> = {}) {
  return { from: '420777000111', id: `wamid.IN${++counter}`, timestamp: String(Math.floor(now().toSeconds())), type: 'text', text: { body: 'Dobrý den, kde je moje zásilka?' }, ...message }
}

export const jana = { profile: { name: 'Jana Malá' }, wa_id: '420777000111', user_id: 'CZ.9988776655' }

export function status(id: string, status: string, rest: Record<string, unknown> = {}) {
  return { id, status, timestamp: String(Math.floor(now().toSeconds())), recipient_id: '420777000111', ...rest }
}
