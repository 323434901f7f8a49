import type { Fields, Plugin } from '#plugin'
import db from '@adonisjs/lucid/services/db'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'

type About = { readonly customerId: number } | { readonly ticketId: number }
type Value = string | number | boolean | null

export interface PublishedFact {
  readonly plugin: string
  readonly name: string
  readonly value: Value
  /** ms UTC; rules and templates decide by it whether the value is still good. */
  readonly at: number
}

/**
 * Puts declared facts where rules, views and templates find them. Each counts as seen now; only one that is
 * different from before makes `facts:changed`.
 *
 * @throws when a fact is not declared in the manifest or its value does not fit
 */
export async function publishFacts(plugin: Plugin<any>, about: About, facts: Readonly<Record<string, Value>>, cause: Cause) {
  for (const [name, value] of Object.entries(facts)) assertDeclared(plugin, name, value)
  const whose = 'customerId' in about ? { customer_id: about.customerId } : { ticket_id: about.ticketId }
  await transaction(async (trx) => {
    let changed = false
    for (const [name, value] of Object.entries(facts)) {
      const row = { plugin: plugin.id, name, ...whose }
      const text = JSON.stringify(value)
      const before = await trx.from('facts').where(row).select('id', 'value').first()
      if (before) await trx.from('facts').where('id', before.id).update({ value: text, published_at: nowMs() })
      else await trx.insertQuery().table('facts').insert({ ...row, value: text, published_at: nowMs() })
      changed ||= before?.value !== text
    }
    if (changed) await record('facts:changed', { customerId: whose.customer_id ?? null, ticketId: whose.ticket_id ?? null }, cause)
  })
}

/** What plugins have published of a customer or a ticket. */
export async function factsOf(about: About): Promise<readonly PublishedFact[]> {
  const whose = 'customerId' in about ? { customer_id: about.customerId } : { ticket_id: about.ticketId }
  const rows = await db.from('facts').where(whose).orderBy('plugin').orderBy('name')
  return rows.map(({ plugin, name, value, published_at: at }) => ({ plugin, name, value: JSON.parse(value), at: Number(at) }))
}

function assertDeclared(plugin: Plugin<any>, name: string, value: Value) {
  const field = (plugin.facts as Fields | undefined)?.[name]
  if (!field) throw new Error(`"${plugin.id}" has no fact named "${name}"`)
  const fits = { number: 'number', toggle: 'boolean' }[field.kind as string] ?? 'string'
  if (value !== null && typeof value !== fits) throw new Error(`The fact "${name}" must be a ${fits}`)
  if (field.kind === 'choice' && value !== null && !field.options?.includes(String(value))) throw new Error(`The fact "${name}" cannot be "${value}"`)
}
