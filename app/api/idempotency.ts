import { createHash } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { nowMs } from '#support/clock'
import { every } from '#support/schedule'
import { transaction } from '#support/transaction'
import type { Call } from './endpoint.js'
import { Refusal } from './problem.js'

/** How long a key is remembered; ms. */
const REMEMBERED_MS = 24 * 3_600_000
/** A claim this old without an answer belongs to a process that died; ms. */
const ABANDONED_MS = 5 * 60_000

/** What a request carries, in short. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

/**
 * Does the work of a POST once for its Idempotency-Key: the same key with the same request gets the
 * first answer again, another request under the key or a second one meanwhile is refused. Work
 * that fails changed nothing, so its key is free again.
 */
export async function once(call: Call<any, any>, content: string, work: () => Promise<object>): Promise<object> {
  const key = call.ctx.request.header('idempotency-key')
  if (key === undefined) return work()
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw new Refusal(422, 'bad_key')

  const row = { owner: String(call.tokenId), key, request: fingerprint(call.ctx.request.method(), call.ctx.request.url(), content) }
  const first = await claim(row)
  if (first) {
    call.ctx.response.header('idempotency-replayed', 'true')
    return first
  }

  try {
    const answer = await work()
    await db.from('idempotency_keys').where('owner', row.owner).where('key', key).update({ status: 200, answer: JSON.stringify(answer) })
    return answer
  } catch (error) {
    await db.from('idempotency_keys').where('owner', row.owner).where('key', key).whereNull('status').delete()
    throw error
  }
}

every('api:idempotency', 60, async () => {
  await db.from('idempotency_keys').where('created_at', '<', nowMs() - REMEMBERED_MS).delete()
})

/** @returns the first answer; null: it is ours to do */
async function claim(row: { owner: string; key: string; request: string }): Promise<object | null> {
  return transaction(async (trx) => {
    const at = nowMs()
    const own = { ...row, status: null, answer: null, created_at: at }
    const made = await trx.knexQuery().table('idempotency_keys').insert(own).onConflict(['owner', 'key']).ignore().returning('key')
    if (made.length > 0) return null

    const mine = trx.from('idempotency_keys').where('owner', row.owner).where('key', row.key)
    const expired = await mine.clone().where('created_at', '<', at - REMEMBERED_MS).update(own)
    if (Number(expired) === 1) return null

    const known = await mine.clone().first()
    if (known.request !== row.request) throw new Refusal(409, 'key_reused')
    if (known.status !== null) return JSON.parse(known.answer)
    // A process that died meanwhile may have done it or not: doing it again by ourselves could send twice.
    if (Number(known.created_at) < at - ABANDONED_MS) throw new Refusal(409, 'key_unsettled')
    throw new Refusal(409, 'in_progress', {}, { headers: { 'retry-after': '1' } })
  })
}
