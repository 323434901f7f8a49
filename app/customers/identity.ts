import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { domainToASCII } from 'node:url'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { storable } from '#support/storable'
import { record } from '#support/events'
import { insertRows } from '#support/inserting'
import { fold } from '#search/folding'
import { inList } from '#support/in_list'
import { poke } from '#support/pokes'
import { afterCommit, askedInTransaction, onceInTransaction, openTransaction, transaction } from '#support/transaction'

export type AddressKind = 'email' | 'phone' | 'handle'

/**
 * The one form in which an address is stored and compared: e-mail in lower case with an ASCII
 * domain, phone in E.164 (a national number is read as `country`'s), a handle as the channel gives it.
 */
export function normaliseAddress(kind: AddressKind, value: string, country: 'CZ' | 'SK' | 'PL' | 'GR' = 'CZ'): string {
  const text = storable(value).trim()
  if (kind === 'phone') return parsePhoneNumberFromString(text, country)?.number ?? text.replace(/[^\d+]/g, '')
  if (kind === 'handle') return text
  const at = text.lastIndexOf('@')
  if (at < 1) return text.toLowerCase()
  const domain = text.slice(at + 1).toLowerCase()
  return `${text.slice(0, at).toLowerCase()}@${domainToASCII(domain) || domain}`
}

/** Who has this address: exact and normalised, never by name. Follows a merge to where it went. */
export async function findCustomer(kind: AddressKind, value: string): Promise<number | null> {
  return (await known(kind, value))?.id ?? null
}

/** `unnamed`: it may have no name yet. */
interface Known {
  readonly id: number
  readonly unnamed: boolean
}

async function known(kind: AddressKind, value: string): Promise<Known | null> {
  const address = normaliseAddress(kind, value).slice(0, LONGEST)
  return transaction(async () => {
    const ahead = await askedInTransaction<LookedUp>(AHEAD)
    const answer = ahead?.get(keyOf(kind, address))
    return answer === undefined ? ((await owners(kind, [address])).get(address) ?? null) : answer
  })
}

type LookedUp = Map<string, Known | null>
const AHEAD = 'owners of addresses'
const LONGEST = 254
const keyOf = (kind: AddressKind, address: string) => `${kind}:${address}`

/**
 * Asks about several addresses at once: whoever asks for one of them later in the open transaction is answered from
 * that. For work on many at a time that changes addresses by the verbs of this file alone.
 */
export async function lookUpAddresses(addresses: readonly { readonly kind: AddressKind; readonly value: string }[]) {
  const ahead = await onceInTransaction<LookedUp>(AHEAD, async () => new Map())
  for (const kind of new Set(addresses.map((one) => one.kind))) {
    const values = [...new Set(addresses.filter((one) => one.kind === kind).map(({ value }) => normaliseAddress(kind, value).slice(0, LONGEST)))]
    const found = await owners(kind, values)
    for (const value of values) ahead.set(keyOf(kind, value), found.get(value) ?? null)
  }
}

/** What was asked ahead about these is no longer true. */
async function forget(addresses: readonly { readonly kind: AddressKind; readonly value: string }[]) {
  const ahead = await askedInTransaction<LookedUp>(AHEAD)
  for (const { kind, value } of addresses) ahead?.delete(keyOf(kind, normaliseAddress(kind, value).slice(0, LONGEST)))
}

/** @param values - normalised */
async function owners(kind: AddressKind, values: readonly string[]): Promise<Map<string, Known>> {
  const rows = await openTransaction()
    .from('addresses')
    .join('customers', 'customers.id', 'addresses.customer_id')
    .where('addresses.kind', kind)
    .whereIn('addresses.value', inList(values))
    .select('addresses.value', 'customers.id', 'customers.merged_into_id', 'customers.name')
  return new Map(rows.map((row) => [row.value, { id: row.merged_into_id ?? row.id, unnamed: row.merged_into_id !== null || row.name === '' }]))
}

interface Somebody {
  readonly kind: AddressKind
  readonly value: string
  readonly name?: string | null
  readonly language?: string | null
  /** Further addresses that are surely the same person's; they are kept with the first. */
  readonly also?: readonly { readonly kind: AddressKind; readonly value: string }[]
}

/** The customer with this address (else with one of the further ones), made if there is none. Two at once make one. */
export async function findOrCreateCustomer({ kind, value, name, language, also = [] }: Somebody, cause: Cause): Promise<{ id: number; created: boolean }> {
  return transaction(async (trx) => {
    const found = await firstKnown([{ kind, value }, ...also])
    if (found) {
      if (name && found.unnamed) await nameUnnamed(found.id, name, cause)
      if (also.length > 0) await keepAddresses(found.id, [{ kind, value }, ...also])
      await forget(also)
      return { id: found.id, created: false }
    }

    const at = nowMs()
    const called = storable(name ?? '').slice(0, 200)
    await forget([{ kind, value }, ...also])
    const [{ id }] = await insertRows('customers', [{ name: called, sort_name: fold(called || storable(value)).slice(0, 200), language: language ?? null, created_at: at, updated_at: at }], { returning: ['id'] })
    const added = await insertRows('addresses', [{ customer_id: id, kind, value: normaliseAddress(kind, value).slice(0, 254), created_at: at }], { unless: ['kind', 'value'], returning: ['id'] })
    if (added.length === 0) {
      // Somebody else was quicker by a moment; the empty row would be a ghost.
      await trx.from('customers').where('id', id).delete()
      return { id: (await findCustomer(kind, value))!, created: false }
    }
    await keepAddresses(id, also)
    await record('customer:created', { customerId: id }, cause)
    return { id, created: true }
  })
}

async function firstKnown(addresses: readonly { kind: AddressKind; value: string }[]) {
  for (const { kind, value } of addresses) {
    const found = await known(kind, value)
    if (found) return found
  }
  return null
}

/** One that somebody else has stays where it is: whether the two are one person is for people to say. */
async function keepAddresses(customerId: number, addresses: readonly { kind: AddressKind; value: string }[]) {
  const rows = addresses.map(({ kind, value }) => ({ customer_id: customerId, kind, value: normaliseAddress(kind, value).slice(0, 254), created_at: nowMs() }))
  if (rows.length > 0) await transaction((trx) => trx.knexQuery().table('addresses').insert(rows).onConflict(['kind', 'value']).ignore())
}

/** A name learned later is kept; one that a person has given is never overwritten. */
export async function nameUnnamed(id: number, name: string, cause: Cause) {
  await transaction(async (trx) => {
    const called = storable(name).trim().slice(0, 200)
    const named = await trx.from('customers').where('id', id).where('name', '').update({ name: called, sort_name: fold(called).slice(0, 200), updated_at: nowMs() })
    if (Number(named) !== 1) return
    await record('customer:changed', { customerId: id, fields: ['name'] }, cause)
    afterCommit(() => poke(['list']))
  })
}
