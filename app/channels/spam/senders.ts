import { normaliseAddress } from '#customers/identity'
import type { Cause } from '#support/actor'
import { nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { onceInTransaction, openTransaction, reading, transaction } from '#support/transaction'
import { ourAddresses } from '#tickets/our_addresses'

/*
 * Senders that the team has judged itself: an address, or a whole domain as `@example.com`. An address
 * beats its domain. A blocked sender's mail is kept among the spam, never dropped.
 */

export type SenderVerdict = 'allow' | 'block'

export interface SenderRule {
  readonly id: number
  readonly value: string
  readonly verdict: SenderVerdict
}

/** What the team has said of this sender; null if nothing. Inside a transaction. */
export async function verdictOn(address: string): Promise<SenderVerdict | null> {
  if (!(await onceInTransaction('any sender rule', anyRule))) return null
  const value = normaliseAddress('email', address).slice(0, 254)
  const domain = value.slice(value.lastIndexOf('@'))
  const rows: SenderRule[] = await openTransaction().from('sender_rules').whereIn('value', [value, domain]).select('id', 'value', 'verdict')
  return (rows.find((row) => row.value === value) ?? rows[0])?.verdict ?? null
}

async function anyRule(): Promise<boolean> {
  return Boolean(await openTransaction().from('sender_rules').select('id').first())
}

/**
 * Lets a sender through or puts his mail aside from now on; a second word on the same sender replaces the first.
 *
 * @param who - an address, a domain, or `@domain`
 * @throws DomainError for what is neither, and for our own addresses
 */
export async function ruleSender(who: string, verdict: SenderVerdict, cause: Cause): Promise<SenderRule> {
  const value = senderValue(who)
  return transaction(async (trx) => {
    if (verdict === 'block' && (await isOurs(value))) throw new DomainError('gateway.errors.own_sender', 422)
    const by = cause.by?.kind === 'agent' ? cause.by.id : null
    await trx.knexQuery().table('sender_rules').insert({ value, verdict, created_by_id: by, created_at: nowMs() }).onConflict('value').merge(['verdict', 'created_by_id', 'created_at'])
    const rule: SenderRule = await trx.from('sender_rules').where('value', value).select('id', 'value', 'verdict').firstOrFail()
    await record('sender:ruled', { ruleId: rule.id, verdict }, cause)
    return rule
  })
}

/** Forgets what was said of a sender. */
export async function forgetSender(id: number, cause: Cause): Promise<boolean> {
  return transaction(async (trx) => {
    const gone = Number(await trx.from('sender_rules').where('id', id).delete()) === 1
    if (gone) await record('sender:ruled', { ruleId: id, verdict: null }, cause)
    return gone
  })
}

/** The list as the page and the API show it, newest first, by keyset. */
export async function senderRules({ before, limit = 50, verdict, q }: { before?: number; limit?: number; verdict?: SenderVerdict; q?: string } = {}) {
  const rows = await reading()
    .from('sender_rules')
    .leftJoin('agents', 'agents.id', 'sender_rules.created_by_id')
    .if(before, (query) => query.where('sender_rules.id', '<', before!))
    .if(verdict, (query) => query.where('sender_rules.verdict', verdict!))
    .if(q, (query) => query.where('sender_rules.value', normaliseAddress('email', q!)))
    .orderBy('sender_rules.id', 'desc')
    .limit(limit)
    .select('sender_rules.id', 'sender_rules.value', 'sender_rules.verdict', 'sender_rules.created_at', 'agents.name as agent')
  return rows.map((row) => ({ id: row.id as number, value: row.value as string, verdict: row.verdict as SenderVerdict, agent: row.agent as string | null, createdAt: Number(row.created_at) }))
}

/** `jana@posta.test` and `@posta.test`; a bare domain gets its at sign. */
export function senderValue(who: string): string {
  const text = who.trim().replace(/^\*@?/, '@').replace(/^<|>$/g, '')
  const value = text.includes('@') ? (text.startsWith('@') ? `@${normaliseAddress('email', `x${text}`).slice(2)}` : normaliseAddress('email', text)) : `@${normaliseAddress('email', `x@${text}`).slice(2)}`
  if (value.length > 254 || !/^[^\s@<>,;]*@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z0-9-]{2,}$/.test(value)) throw new DomainError('gateway.errors.no_sender', 422)
  return value
}

async function isOurs(value: string): Promise<boolean> {
  const ours = await ourAddresses()
  return ours.has(value) || (value.startsWith('@') && [...ours].some((address) => address.endsWith(value)))
}
