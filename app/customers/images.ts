import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { record } from '#support/events'
import { transaction } from '#support/transaction'
import { normaliseAddress } from './identity.js'

/** From now on pictures from the internet in mails of this address are shown. Somebody unknown changes nothing. */
export async function allowImages(email: string, cause: Cause) {
  await transaction(async (trx) => {
    const address = await trx.from('addresses').where({ kind: 'email', value: normaliseAddress('email', email) }).select('id', 'customer_id').first()
    if (!address) return
    const changed = await trx.from('addresses').where('id', address.id).whereNull('images_allowed_at').update({ images_allowed_at: nowMs() })
    if (Number(changed) === 1) await record('customer:images_allowed', { customerId: address.customer_id, addressId: address.id }, cause)
  })
}
