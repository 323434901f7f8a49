import { normaliseAddress } from '#customers/identity'
import { reading } from '#support/transaction'

/** Every address that customers write to, normalised: none of them is a customer's. */
export async function ourAddresses(): Promise<ReadonlySet<string>> {
  const rows = await reading().from('inboxes').whereNotNull('address').whereNull('deleted_at').select('address')
  return new Set(rows.map(({ address }) => comparable(address)))
}

/** An address as `ourAddresses` holds it: an e-mail, or the handle of a channel that has none. */
export function comparable(address: string): string {
  return normaliseAddress(address.includes('@') ? 'email' : 'handle', address)
}
