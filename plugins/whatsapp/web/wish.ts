import type { Reason } from '#plugin'
import type { WhatsappInbox } from '../config.js'

/*
 * What an admin wants of a session that may live in another process: a row that its keeper reads at every turn.
 */

/** `code`: one to type into the phone; `scan`: one to scan again; `start`: try at once. */
export interface Wish {
  readonly what: 'code' | 'scan' | 'start'
  /** ms; names the wish, so that it is granted once. */
  readonly at: number
  /** Digits of the number that a code is for, its country's first, as WhatsApp wants them. */
  readonly number: string
}

const KEY = 'wish'
/** Each new code is told on the phone as well: whoever asked and went away is not rung for ever. ms. */
const CODE_WANTED_MS = 10 * 60_000

export async function wish(what: Wish['what'], inbox: WhatsappInbox): Promise<Reason | null> {
  const number = inbox.config.number.replace(/\D/g, '').replace(/^00/, '')
  if (what === 'code' && number.length < 7) return { key: 'panel.noNumber' }
  await inbox.store.put(KEY, JSON.stringify({ what, at: inbox.now().toMillis(), number } satisfies Wish))
  return null
}

/** What was wanted last; a code only for some minutes. */
export async function wished(inbox: WhatsappInbox): Promise<Wish | null> {
  const kept: Wish | null = JSON.parse((await inbox.store.get(KEY)) ?? 'null')
  if (!kept) return null
  const isOver = kept.what === 'code' && inbox.now().toMillis() - kept.at > CODE_WANTED_MS
  return isOver ? { ...kept, what: 'scan' } : kept
}
