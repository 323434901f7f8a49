import { nowMs } from '#support/clock'
import { poke } from '#support/pokes'
import { afterCommit, transaction } from '#support/transaction'

/** Keeps a picture of a customer that lies in the drive already. */
export async function keepPicture(customerId: number, { sha256, type }: { sha256: string; type: string }) {
  await transaction(async (trx) => {
    await trx.from('customers').where('id', customerId).update({ picture_sha256: sha256, picture_type: type, updated_at: nowMs() })
    afterCommit(() => poke(['list']))
  })
}
