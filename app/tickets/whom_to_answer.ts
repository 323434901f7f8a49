import { reading } from '#support/transaction'
import type { ForwardedFrom, Mailbox } from '#tickets/message_parts'
import { comparable, ourAddresses } from '#tickets/our_addresses'

/** A Reply-To longer than this is nobody's wish. */
const MOST = 20

/** What of the last message that a customer has seen decides where an answer goes. */
export interface LastWords {
  readonly kind: string
  readonly from: Mailbox | null
  readonly to: readonly Mailbox[]
  readonly replyTo: readonly Mailbox[]
  readonly forwardedFrom: ForwardedFrom | null
}

/**
 * To whom an answer goes unless somebody says otherwise: to everybody whom the writer names in Reply-To (RFC 5322
 * §3.6.2, our own addresses left out), to the first sender of what a colleague sent on, to whoever wrote, or to whom
 * we wrote last. Empty when nothing of it names anybody. The verb and the composer ask the same.
 */
export async function whomToAnswer(last: LastWords, customerId: number): Promise<readonly Mailbox[]> {
  if (last.kind !== 'inbound') return last.kind === 'reply' ? last.to : []
  const named = last.replyTo.length > 0 ? await notOurs(last.replyTo) : []
  if (named.length > 0) return named
  // A colleague sent it on: the answer is the customer's, whom the writer sees in the composer before it leaves.
  const { forwardedFrom: first, from } = last
  if (first && (await belongsTo(first.address, customerId))) return [{ address: first.address, ...(first.name ? { name: first.name } : {}) }]
  return from && !from.address.endsWith('@invalid') ? [from] : []
}

/** An answer to ourselves would come back as a question. */
async function notOurs(named: readonly Mailbox[]): Promise<readonly Mailbox[]> {
  const seen = new Set(await ourAddresses())
  return named.filter(({ address }) => !seen.has(comparable(address)) && seen.add(comparable(address))).slice(0, MOST)
}

async function belongsTo(address: string, customerId: number): Promise<boolean> {
  const row = await reading().from('addresses').where({ kind: 'email', value: comparable(address), customer_id: customerId }).select('id').first()
  return Boolean(row)
}
