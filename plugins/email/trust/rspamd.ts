import { buffer } from 'node:stream/consumers'
import type { IncomingMessage, Stored } from '#plugin'
import type { EmailInbox } from '../config.js'

/*
 * A filter of the shop's own: rspamd over HTTP (`POST /checkv2`, the mail as the body; documented at
 * rspamd.com/doc/developers/protocol.html). Never waited for long: without it mail comes in as before.
 */

const MAX_BYTES = 5 * 1024 * 1024
const PATIENCE_MS = 2000
const REST_MS = 30_000

const resting = new Map<string, number>()

interface Answer {
  readonly action?: string
  readonly score?: number
  readonly is_skipped?: boolean
  readonly symbols?: Record<string, { readonly name?: string; readonly score?: number }>
}

/** Null when none is set, the mail is too big, or it does not answer in time. */
export async function askRspamd(item: Stored, from: string, inbox: EmailInbox): Promise<NonNullable<IncomingMessage['spam']> | null> {
  const url = inbox.config['spam.rspamd']?.trim().replace(/\/+$/, '')
  if (!url || item.bytes > MAX_BYTES || (resting.get(url) ?? 0) > Date.now()) return null
  try {
    const response = await inbox.fetch(`${url}/checkv2`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', 'From': from.replace(/[^\x21-\x7e]/g, ''), 'Rcpt': inbox.config.address, ...(inbox.config['spam.password'] ? { Password: inbox.config['spam.password'] } : {}) },
      body: new Uint8Array(await buffer((await item.open()) as never)),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!response.ok) throw new Error(`rspamd answered ${response.status}`)
    return read((await response.json()) as Answer)
  } catch (error) {
    // A filter that is away must not slow down each mail.
    resting.set(url, Date.now() + REST_MS)
    inbox.log.error({ error: (error as Error).message }, 'rspamd did not answer; mail comes in without its word')
    return null
  }
}

function read({ action, score, symbols = {}, is_skipped: skipped }: Answer): NonNullable<IncomingMessage['spam']> | null {
  if (typeof score !== 'number') return null
  const word = (action ?? '').toLowerCase()
  // Skipped by its own settings; a test pattern is skipped too, and judged.
  if (skipped && word === 'no action') return null
  const verdict = /^(?:reject|add header|rewrite subject|quarantine|discard)/.test(word) ? 'spam' : /^(?:greylist|soft reject)/.test(word) ? 'unsure' : 'ham'
  const reasons = Object.entries(symbols)
    .map(([name, symbol]) => ({ name: symbol.name ?? name, score: Number(symbol.score ?? 0) }))
    .filter((symbol) => symbol.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 12)
    .map(({ name }) => name)
  return { verdict, score: Math.round(score * 100) / 100, reasons: verdict === 'ham' ? [] : ['rspamd', ...reasons] }
}
