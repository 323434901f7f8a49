import { nowMs } from '#support/clock'
import { openTransaction } from '#support/transaction'
import { normaliseAddress, type AddressKind } from './identity.js'

/** This address cannot be written to on this channel (blocked, gone, unsubscribed), until it writes again. */
export async function markUnreachable({ kind, value }: { kind: AddressKind; value: string }, channel: string, reason: string | null) {
  const trx = openTransaction()
  const address = await trx.from('addresses').where({ kind, value: normaliseAddress(kind, value).slice(0, 254) }).select('id').first()
  if (!address) return
  await trx.knexQuery().table('unreachable_addresses').insert({ address_id: address.id, channel, reason, at: nowMs() }).onConflict(['address_id', 'channel']).merge(['reason', 'at'])
}

/** It wrote, or subscribed: it can be written to. */
export async function markReachable({ kind, value }: { kind: AddressKind; value: string }, channel: string) {
  const trx = openTransaction()
  const address = await trx.from('addresses').where({ kind, value: normaliseAddress(kind, value).slice(0, 254) }).select('id').first()
  if (address) await trx.from('unreachable_addresses').where({ address_id: address.id, channel }).delete()
}
