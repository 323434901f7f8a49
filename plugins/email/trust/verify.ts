import type { Stored } from '#plugin'
import type { Results } from './results.js'
import { aligned, domainOfAddress } from './domains.js'
import type { Way } from './way.js'

/*
 * The check that the provider has not made: DKIM, SPF where the mail's way is sure, and with them DMARC, by
 * mailauth. DNS is asked with a cache and little patience; without an answer the sender is "not checked", and
 * the mail comes in all the same.
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

/**
 * Null when there is nothing to check, nobody to ask, or no answer in time.
 *
 * @param way - from where it came; null where that is not sure, and then SPF is no part of it
 */
export async function verifySender(item: Stored, fromDomain: string, resolve: Resolve | undefined, way: Way | null): Promise<Results | null> {
  if (!resolve || item.bytes > MAX_BYTES || Date.now() < restUntil || fromDomain === '') return null
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<null>((done) => (timer = setTimeout(() => done(null), BUDGET_MS).unref()))
    return await Promise.race([check(item, fromDomain, cachedOver(resolve), way), late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

async function check(item: Stored, fromDomain: string, ask: Resolve, way: Way | null): Promise<Results | null> {
  const about = way ? { ip: way.ip, helo: way.helo || way.ip, sender: way.sender } : {}
  // Large, and of no use where the provider has checked: read when it is first needed.
  const { authenticate } = await import('mailauth')
  const found = await authenticate((await item.open()) as never, { resolver: ask as never, disableArc: true, disableBimi: true, mta: 'opora.invalid', ...about })
  const signatures = (found.dkim?.results ?? []).map((one) => ({ result: String(one.status?.result ?? 'none'), domain: String(one.signingDomain ?? '') }))
  const unanswered = signatures.some(({ result }) => result === 'temperror')
  const spf = way ? resultOf(found.spf) : ''
  const knowsSpf = spf !== '' && spf !== 'temperror'
  if (unanswered || (signatures.length === 0 && !knowsSpf)) return null

  const best = signatures.find(({ result, domain }) => result === 'pass' && aligned(domain, fromDomain)) ?? signatures.find(({ result }) => result === 'pass') ?? signatures[0]
  const bySignature = best?.result === 'pass' && aligned(best.domain, fromDomain)
  const byWay = spf === 'pass' && aligned(domainOfAddress(way!.sender) || way!.helo, fromDomain)
  const dmarc = resultOf(found.dmarc)
  // Without SPF only a pass is certain: a "fail" may be a mail that SPF would have let through.
  const told = dmarc === 'pass' ? bySignature || byWay : dmarc === 'fail' && knowsSpf
  return { checks: { ...(knowsSpf ? { spf } : {}), dkim: best?.result ?? 'none', ...(told ? { dmarc } : {}) }, aligned: bySignature || byWay }
}

function resultOf(found: unknown): string {
  return found && typeof found === 'object' ? String((found as { status?: { result?: string } }).status?.result ?? '') : ''
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
