import { reading } from '#support/transaction'
import { id, idOf, iso, listOf, name, nullable, object, oneOf, text, time } from '../schema.js'

export const addressSchema = object({ id, kind: oneOf('email', 'phone', 'handle'), value: text(), invalid_at: nullable(time) })

export const customerSchema = name(
  'Customer',
  object({
    id,
    name: text(),
    email: nullable(text('the first one')),
    phone: nullable(text('the first one')),
    addresses: listOf(addressSchema),
    language: nullable(text()),
    about: nullable(text('what the team knows; for agents only')),
    merged_into: nullable(id),
    created_at: time,
    updated_at: time,
  })
)

/** Customers by id, in the order asked for. */
export async function customersJson(ids: readonly number[]) {
  if (ids.length === 0) return []
  const rows = await reading().from('customers').whereIn('id', [...ids])
  const addresses: Record<string, any>[] = await reading().from('addresses').whereIn('customer_id', [...ids]).orderBy('id')
  const byId = new Map(rows.map((row) => [row.id as number, customerJson(row, addresses.filter((address) => address.customer_id === row.id))]))
  return ids.flatMap((one) => byId.get(one) ?? [])
}

function customerJson(row: Record<string, any>, addresses: readonly Record<string, any>[]) {
  const first = (kind: string): string | null => addresses.find((address) => address.kind === kind)?.value ?? null
  return {
    id: idOf(row.id as number),
    name: row.name,
    email: first('email'),
    phone: first('phone'),
    addresses: addresses.map((address) => ({ id: idOf(address.id as number), kind: address.kind, value: address.value, invalid_at: iso(address.invalid_at) })),
    language: row.language,
    about: row.about,
    merged_into: idOf(row.merged_into_id as number | null),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }
}
