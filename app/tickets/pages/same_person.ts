import db from '@adonisjs/lucid/services/db'
import { normaliseAddress } from '#customers/identity'

/** Addresses that a customer wrote down in a chat: somebody else's we know, or one nobody has. */
export interface Mentioned {
  readonly kind: 'email' | 'phone'
  readonly value: string
  /** Whose it is already; null when nobody's. */
  readonly customer: { readonly id: number; readonly name: string } | null
}

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu
const PHONE = /(?<![\d+])\+?\d(?:[ ()/-]?\d){8,14}(?!\d)/g
/** Messages looked at, and addresses offered. */
const MOST = 20
const OFFERED = 3

/**
 * E-mail addresses and telephone numbers in the words of a customer who is known by a chat alone. Exact matches only,
 * and nothing happens by itself: a person merges or adds.
 */
export async function mentionedAddresses(ticketId: number, customerId: number): Promise<Mentioned[]> {
  const messages = await db.from('messages').where({ ticket_id: ticketId, kind: 'inbound' }).orderBy('id', 'desc').limit(MOST).select('text', 'visible_text')
  const words = messages.map((row) => String(row.visible_text ?? row.text).slice(0, 5000)).join('\n')
  const found = [
    ...[...words.matchAll(EMAIL)].map(([value]) => ({ kind: 'email' as const, value: normaliseAddress('email', value) })),
    ...[...words.matchAll(PHONE)].map(([value]) => ({ kind: 'phone' as const, value: normaliseAddress('phone', value) })).filter(({ value }) => /^\+\d{8,15}$/.test(value)),
  ]
  const distinct = [...new Map(found.map((one) => [`${one.kind}:${one.value}`, one])).values()].slice(0, 10)
  if (distinct.length === 0) return []

  const rows = await db.from('addresses').join('customers', 'customers.id', 'addresses.customer_id').whereIn('addresses.value', distinct.map(({ value }) => value)).whereNull('customers.erased_at').select('addresses.kind', 'addresses.value', 'customers.id', 'customers.name', 'customers.merged_into_id')
  return distinct
    .map((one) => ({ ...one, owner: rows.find((row) => row.kind === one.kind && row.value === one.value) }))
    .filter(({ owner }) => (owner?.merged_into_id ?? owner?.id) !== customerId)
    .map(({ kind, value, owner }) => ({ kind, value, customer: owner ? { id: owner.merged_into_id ?? owner.id, name: owner.name || value } : null }))
    .slice(0, OFFERED)
}
