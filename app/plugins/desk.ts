import type { Customer, Desk, Fields, Plugin } from '#plugin'
import InboxModel from '#channels/inbox'
import { accept } from '#channels/inbound/gateway'
import { connectionsOf, type Connection } from '#plugins/connections'
import { publishFacts } from '#plugins/facts'
import { inboxSeenBy } from '#plugins/inbox_view'
import { enqueuePluginJob } from '#plugins/jobs'
import { pokeStream } from '#plugins/doors/stream_pokes'
import { toolsFor } from '#plugins/tools'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { transaction } from '#support/transaction'
import Ticket from '#tickets/ticket'

/** Everything a plugin may ask of the core, as one of its connections. Whatever it changes is done by the plugin, and says so. */
export function deskOf(plugin: Plugin<any>, connection: Connection): Desk<Fields> {
  const cause = { by: { kind: 'plugin' as const, id: plugin.id }, via: 'hook' }
  const scope = connection.id === 0 ? undefined : `connection-${connection.id}`
  return {
    ...toolsFor(plugin.id, { scope, fields: plugin.settings ?? {}, values: connection.settings }),
    settings: connection.settings,
    customer: (id) => customerSeenBy(id),
    async ticket(id) {
      const row = await db.from('tickets').where('id', id).select('id', 'subject', 'status', 'customer_id').firstOrFail()
      return { id: row.id, subject: row.subject, status: row.status, customerId: row.customer_id }
    },
    async inbox(key) {
      const row = await ownInboxes(plugin).where('key', key).first()
      return row ? inboxSeenBy(row) : null
    },
    async inboxes() {
      const rows = await ownInboxes(plugin).whereNull('paused_at').orderBy('id')
      return rows.map(inboxSeenBy)
    },
    async note(ticketId, text) {
      const ticket = await Ticket.findOrFail(ticketId)
      await ticket.note({ text }, cause)
    },
    link: (customerId, externalId) => link(plugin.id, customerId, externalId),
    publish: (about, facts) => publishFacts(plugin, about, facts, cause),
    async receive(inboxId, item) {
      await mustBeOwn(plugin, inboxId)
      const [{ duplicate }] = await accept({ id: inboxId }, [item], { via: 'plugin' })
      return { duplicate }
    },
    enqueue: (job, data, options) => enqueuePluginJob(plugin, connection, job, data, options),
    poke: (topic, passing) => pokeStream(`${plugin.id}:${topic}`, passing),
  }
}

/** The desks of a plugin: one for each connection. */
export async function desksOf(plugin: Plugin<any>): Promise<readonly { desk: Desk<Fields>; connection: Connection }[]> {
  return (await connectionsOf(plugin)).map((connection) => ({ connection, desk: deskOf(plugin, connection) }))
}

/** What plugins are told of a customer: who they are and how they are reached; none of what was written. */
export async function customerSeenBy(id: number): Promise<Customer> {
  const [row, addresses, links] = await Promise.all([
    db.from('customers').where('id', id).select('id', 'name').firstOrFail(),
    db.from('addresses').where('customer_id', id).orderBy('id').select('kind', 'value'),
    db.from('customer_links').where('customer_id', id).select('plugin', 'external_id'),
  ])
  return { id: row.id, name: row.name, addresses, links: Object.fromEntries(links.map((one) => [one.plugin, one.external_id])) }
}

/** The inboxes of the plugin's own channel; another's are none of its business. */
function ownInboxes(plugin: Plugin<any>) {
  return InboxModel.query().where('channel', plugin.id).whereNull('deleted_at')
}

/** Of whom this was seen a moment ago: a stream of mail asks for each of them. */
const OWN_MS = 1000
const own = new Map<string, number>()

async function mustBeOwn(plugin: Plugin<any>, inboxId: number) {
  const key = `${plugin.id} ${inboxId}`
  if ((own.get(key) ?? 0) > performance.now()) return
  own.delete(key)
  await db.from('inboxes').where({ id: inboxId, channel: plugin.id }).whereNull('deleted_at').select('id').firstOrFail()
  own.set(key, performance.now() + OWN_MS)
}

async function link(plugin: string, customerId: number, externalId: string) {
  const row = { customer_id: customerId, plugin, external_id: externalId.slice(0, 200), created_at: nowMs() }
  await transaction((trx) => trx.knexQuery().table('customer_links').insert(row).onConflict(['customer_id', 'plugin']).merge(['external_id']))
}
