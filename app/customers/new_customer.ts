import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { fold } from '#search/folding'
import Customer from '#customers/customer'
import type { AddressKind } from './identity.js'

export interface NewCustomer {
  readonly name?: string
  readonly language?: string | null
  readonly about?: string | null
  readonly addresses?: readonly { readonly kind: AddressKind; readonly value: string }[]
}

/**
 * Writes down a customer by hand; one without any address too, who stood at the counter.
 *
 * @returns the customer's id
 * @throws DomainError when somebody else has an address
 */
export async function createCustomer({ name = '', language, about, addresses = [] }: NewCustomer, cause: Cause): Promise<number> {
  return transaction(async (trx) => {
    const called = name.slice(0, 200)
    const sortName = fold(called || (addresses[0]?.value ?? '')).slice(0, 200)
    const customer = await Customer.create(
      { name: called, sortName, language: language ?? null, about: about ?? null, mergedIntoId: null, erasedAt: null, createdAt: now(), updatedAt: now() },
      { client: trx }
    )
    await record('customer:created', { customerId: customer.id }, cause)
    for (const { kind, value } of addresses) await customer.addAddress(kind, value, cause)
    return customer.id
  })
}
