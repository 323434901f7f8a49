import type { Stored } from '#plugin'
import type { Results } from './results.js'
import { aligned } from './domains.js'

/*
 * The check that the provider has not made: DKIM and, with it, DMARC by mailauth. SPF is left out, for at
 * this point only the mail's own lines say from where it came. DNS is asked with a cache and little
 * patience; without an answer the sender is "not checked", and the mail comes in all the same.
 */

export type Resolve = (name: string, type: string) => Promise<unknown>

const BUDGET_MS = 3000
const MAX_BYTES = 20 * 1024 * 1024
const CACHE_MS = 600_000
const CACHE_NAMES = 2000
/** After so many names without any answer DNS is left alone for a while. */
const PATIENCE = 5
const REST_MS = 60_000

const cache = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>()
let silent = 0
let restUntil = 0

/** Forgets what DNS has said; for tests. */
export function forgetNames() {
  cache.clear()
  silent = 0
  restUntil = 0
}

/** Null when there is nothing to check, nobody to ask, or no answer in time. */
export async function verifySender(item: Stored, fromDomain: string, resolve: Resolve | undefined): Promise<Results | null> {
  if (!resolve || item.bytes > MAX_BYTES || Date.now() < restUntil || fromDomain === '') return null
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<null>((done) => (timer = setTimeout(() => done(null), BUDGET_MS).unref()))
    return await Promise.race([check(item, fromDomain, cachedOver(resolve)), late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function check(item: Stored, fromDomain: string, ask: Resolve): Promise<Results | null> {
  // Large, and of no use where the provider has checked: read when it is first needed.
  const { authenticate } = await import('mailauth')
  const { dkim, dmarc } = await authenticate((await item.open()) as never, { resolver: ask as never, disableArc: true, disableBimi: true, mta: 'opora.invalid' })
  const signatures = (dkim?.results ?? []).map((one) => ({ result: String(one.status?.result ?? 'none'), domain: String(one.signingDomain ?? '') }))
  if (signatures.length === 0 || signatures.some(({ result }) => result === 'temperror')) return null
  const best = signatures.find(({ result, domain }) => result === 'pass' && aligned(domain, fromDomain)) ?? signatures.find(({ result }) => result === 'pass') ?? signatures[0]
  const fits = best.result === 'pass' && aligned(best.domain, fromDomain)
  // Without SPF only a pass is certain: a "fail" may be a mail that SPF would have let through.
  const told = dmarc && typeof dmarc === 'object' ? String((dmarc as { status?: { result?: string } }).status?.result ?? '') : ''
  return { checks: { dkim: best.result, ...(fits && told === 'pass' ? { dmarc: 'pass' } : {}) }, aligned: fits }
}

const cachedOver =
  (resolve: Resolve): Resolve =>
  (name, type) => {
    const key = `${type} ${name.toLowerCase()}`
    const known = cache.get(key)
    if (known && known.until > Date.now()) return known.answer
    const answer = resolve(name, type).then(
      (found) => ((silent = 0), found),
      (error: NodeJS.ErrnoException) => {
        if (['ENOTFOUND', 'ENODATA'].includes(error.code ?? '')) silent = 0
        else {
          cache.delete(key)
          if (++silent >= PATIENCE) restUntil = Date.now() + REST_MS
        }
        throw error
      }
    )
    answer.catch(() => {})
    if (cache.size >= CACHE_NAMES) cache.delete(cache.keys().next().value!)
    cache.set(key, { until: Date.now() + CACHE_MS, answer })
    return answer
  }
