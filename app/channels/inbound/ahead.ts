import { idForms } from '#channels/outbound/reference'
import { lookUpAddresses } from '#customers/identity'
import { inList } from '#support/in_list'
import { openTransaction } from '#support/transaction'
import type { InboxFacts, Prepared } from './draft.js'

/** A message that is here, as the steps look for one by its id. */
export interface KnownMessage {
  readonly id: number
  readonly ticket_id: number
  readonly inbox_id: number
  readonly kind: string
  readonly external_id: string
  readonly fingerprint: string | null
  readonly also_in: string | null
}

export interface Colleague {
  readonly id: number
  readonly name: string
}

const COLUMNS = ['id', 'ticket_id', 'inbox_id', 'kind', 'external_id', 'fingerprint', 'also_in']
/** Messages of a question that are looked at: shop forms use one id for hundreds. */
const MOST = 200
/** Ids of one mail's answers that are looked up ahead; whoever names more is asked about alone. */
const ANSWERS = 10
/** Ids in one question. */
const AT_ONCE = 96

/**
 * What the steps will ask about the items of one transaction, asked once for all of them: the messages that bear or
 * are named by their ids, their senders, and which of those are colleagues. What an item of this transaction has
 * written under an id is asked anew.
 */
export class Ahead {
  readonly #messages = new Map<string, KnownMessage[]>()
  readonly #colleagues = new Map<string, Colleague | null>()

  private constructor() {}

  /** Asks in the open transaction. */
  static async of(inbox: InboxFacts, things: readonly Prepared[]): Promise<Ahead> {
    const ahead = new Ahead()
    const messages = things.flatMap(({ incoming }) => (incoming.type === 'message' ? [incoming] : []))
    // A chat is no matter of ids: its few questions are asked one by one.
    if (inbox.terms.threads !== 'references' || messages.length === 0) return ahead
    await ahead.#lookUp(messages.flatMap(({ externalId, thread }) => [kept(externalId), ...(thread?.answers ?? []).slice(0, ANSWERS).flatMap(idForms)]))
    await lookUpAddresses(messages.map(({ from }) => from))
    const senders = messages.filter(({ thread }) => thread?.answers?.length || thread?.marks?.length).map(({ from }) => from.value)
    if (senders.length > 0) await ahead.#lookUpColleagues(senders)
    return ahead
  }

  /** The messages with one of these ids, the newest first. */
  async messagesWith(externalIds: readonly string[]): Promise<KnownMessage[]> {
    if (!externalIds.every((id) => this.#messages.has(id))) return ask(externalIds)
    const found = new Set(externalIds.flatMap((id) => this.#messages.get(id)!))
    return [...found].sort((one, other) => other.id - one.id)
  }

  /** Messages with this id and these words, in whatever inbox. */
  async copiesOf(externalId: string, fingerprint: string): Promise<KnownMessage[]> {
    const known = this.#messages.get(kept(externalId))
    if (known) return known.filter((row) => row.fingerprint === fingerprint)
    return openTransaction().from('messages').where('fingerprint', fingerprint).where('external_id', kept(externalId)).limit(5).select(...COLUMNS)
  }

  /** The agent whose address this is, if one is here; null otherwise. */
  async colleague(address: string): Promise<Colleague | null> {
    const email = address.trim().toLowerCase()
    if (!this.#colleagues.has(email)) await this.#lookUpColleagues([email])
    return this.#colleagues.get(email)!
  }

  /** An item of this transaction may have written something under this id. */
  forget(externalId: string) {
    for (const form of [kept(externalId), ...idForms(externalId)]) this.#messages.delete(form)
  }

  async #lookUp(wanted: readonly string[]) {
    const ids = [...new Set(wanted)]
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE)
      const rows = await ask(some)
      // Cut off: which are missing is not known.
      if (rows.length === MOST) continue
      for (const id of some) this.#messages.set(id, [])
      for (const row of rows) this.#messages.get(row.external_id)?.push(row)
    }
  }

  async #lookUpColleagues(addresses: readonly string[]) {
    const emails = [...new Set(addresses.map((address) => address.trim().toLowerCase()))]
    for (const email of emails) this.#colleagues.set(email, null)
    const rows = await openTransaction().from('agents').whereIn('email', inList(emails)).whereNull('deactivated_at').select('id', 'name', 'email')
    for (const { id, name, email } of rows) this.#colleagues.set(email, { id, name })
  }
}

async function ask(externalIds: readonly string[]): Promise<KnownMessage[]> {
  return openTransaction().from('messages').whereIn('external_id', inList(externalIds)).orderBy('id', 'desc').limit(MOST).select(...COLUMNS)
}

/** As long as the column. */
const kept = (externalId: string) => externalId.slice(0, 998)
