import { isIP } from 'node:net'
import type { Words } from '#plugin'
import { account, domainOf, providerOf, type EmailInbox } from '../config.js'
import { dkimRecord } from '../sending/dkim.js'
import { readSpf } from './spf.js'
import type { Resolve } from './resolve.js'

export type State = 'ok' | 'missing' | 'wrong' | 'unchecked'

/** One thing that has to stand in the DNS so that our mail is believed. */
export interface Finding {
  readonly what: 'spf' | 'dkim' | 'dmarc'
  readonly state: State
  /** What it means and what to do. */
  readonly words: Words
  /** What to put into the DNS, ready to copy; null when nothing is to be put. */
  readonly record: { readonly name: string; readonly type: 'TXT' | 'CNAME'; readonly value: string } | null
  /** What stands there now. */
  readonly found: readonly string[]
}

/** What each big provider wants in SPF, and the selectors under which it signs (their help pages; contracts/channels/07a). */
const KNOWN: readonly { readonly host: RegExp; readonly include: string; readonly selectors: readonly string[] }[] = [
  { host: /(^|\.)(gmail|google|googlemail)\.com$/, include: '_spf.google.com', selectors: ['google'] },
  { host: /(^|\.)(office365|outlook)\.com$/, include: 'spf.protection.outlook.com', selectors: ['selector1', 'selector2'] },
  { host: /(^|\.)seznam\.cz$/, include: 'spf.seznam.cz', selectors: ['szn20221014', 'szn1'] },
]

const DEADLINE_MS = 15_000

/** Looks whether the domain of the mailbox says that our mail is genuine. Never throws: what cannot be asked is `unchecked`. */
export async function checkDomain(inbox: EmailInbox, resolve: Resolve): Promise<readonly Finding[]> {
  const domain = domainOf(inbox)
  const checks = { spf: spf(domain, inbox, resolve), dkim: dkim(domain, inbox, resolve), dmarc: dmarc(domain, inbox, resolve) }
  return Promise.all(
    Object.entries(checks).map(([what, check]) =>
      inTime(check).catch((error: Error) => ({ what: what as Finding['what'], state: 'unchecked' as const, words: { key: 'domain.noAnswer', values: { domain }, detail: error.message.slice(0, 200) }, record: null, found: [] }))
    )
  )
}

async function spf(domain: string, inbox: EmailInbox, resolve: Resolve): Promise<Finding> {
  const host = account(inbox, 'smtp')?.host.toLowerCase()
  const known = KNOWN.find((one) => host && one.host.test(host))
  const allow = known ? `include:${known.include}` : host ? (isIP(host) ? `ip${isIP(host)}:${host}` : `a:${host}`) : 'mx'
  const addresses = host && !known ? (isIP(host) ? [host] : await resolve.addresses(host)) : []
  const { records, lookups, includes, covers, letsEverybody } = await readSpf(domain, addresses, resolve)
  const finding = (state: State, key: string, value: string | null): Finding => ({
    what: 'spf',
    state,
    words: { key: `domain.spf.${key}`, values: { domain, host: host ?? '', count: records.length, lookups } },
    record: value === null ? null : { name: domain, type: 'TXT', value },
    found: records,
  })
  if (records.length === 0) return finding('missing', 'missing', `v=spf1 ${allow} ~all`)
  if (records.length > 1) return finding('wrong', 'several', merged(records, allow))
  if (letsEverybody) return finding('wrong', 'everybody', records[0].replace(/\s\+?all\b/i, ' ~all'))
  if (lookups > 10) return finding('wrong', 'tooDeep', null)
  if (!host) return finding('unchecked', 'noServer', null)
  const allowed = known ? includes.has(known.include) : covers
  if (!allowed) return finding('wrong', 'notAllowed', merged(records, allow))
  return finding('ok', 'ok', null)
}

/** One record of several: each mechanism once, ours first, `all` last. */
function merged(records: readonly string[], allow: string) {
  const terms = records.flatMap((record) => record.split(/\s+/).slice(1)).filter((term) => !/^[+?~-]?all$/i.test(term))
  return `v=spf1 ${[...new Set([allow, ...terms])].join(' ')} ~all`
}

async function dkim(domain: string, inbox: EmailInbox, resolve: Resolve): Promise<Finding> {
  const own = dkimRecord(inbox)
  const host = account(inbox, 'smtp')?.host.toLowerCase() ?? ''
  const selector = inbox.config['dkim.selector']?.trim()
  const selectors = selector ? [selector] : (KNOWN.find((one) => one.host.test(host))?.selectors ?? [])
  const values = { domain, selector: selectors.join(', '), provider: providerOf(inbox)?.name ?? host }
  const finding = (state: State, key: string, record: Finding['record'], found: readonly string[] = []): Finding => ({ what: 'dkim', state, words: { key: `domain.dkim.${key}`, values }, record, found })
  if (selectors.length === 0) return finding('unchecked', 'noSelector', null)

  const found = (await Promise.all(selectors.map((one) => resolve.txt(`${one}._domainkey.${domain}`)))).flat().filter((text) => /(^|;)\s*p=/i.test(text))
  const wanted = own && selector ? ({ name: `${selector}._domainkey.${domain}`, type: 'TXT', value: own } as const) : null
  if (inbox.config['dkim.key'] && !own) return finding('wrong', 'badKey', null, found)
  if (found.length === 0) return finding('missing', own ? 'missingOwn' : 'missing', wanted)
  if (own && !found.some((text) => keyIn(text) === keyIn(own))) return finding('wrong', 'otherKey', wanted, found)
  if (found.every((text) => keyIn(text) === '')) return finding('wrong', 'revoked', wanted, found)
  return finding('ok', 'ok', null, found)
}

const keyIn = (record: string) => /(?:^|;)\s*p=([^;]*)/i.exec(record)?.[1].replace(/\s+/g, '') ?? ''

async function dmarc(domain: string, inbox: EmailInbox, resolve: Resolve): Promise<Finding> {
  const wanted = { name: `_dmarc.${domain}`, type: 'TXT', value: `v=DMARC1; p=none; rua=mailto:${inbox.config.address}` } as const
  let found: string[] = []
  // RFC 7489 §6.6.3: the domain's own word, else that of a domain above it.
  for (let at = domain; at.includes('.') && found.length === 0; at = at.slice(at.indexOf('.') + 1)) {
    found = (await resolve.txt(`_dmarc.${at}`)).filter((text) => /^v=DMARC1\s*(;|$)/i.test(text.trim()))
  }
  const finding = (state: State, key: string, record: Finding['record']): Finding => ({ what: 'dmarc', state, words: { key: `domain.dmarc.${key}`, values: { domain } }, record, found })
  if (found.length === 0) return finding('missing', 'missing', wanted)
  if (found.length > 1) return finding('wrong', 'several', wanted)
  const policy = /(?:^|;)\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)/i.exec(found[0])?.[1]?.toLowerCase()
  if (!policy) return finding('wrong', 'noPolicy', wanted)
  return finding('ok', policy === 'none' ? 'watching' : 'ok', null)
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error('The DNS did not answer in time')), DEADLINE_MS)
    work.then(done, fail).finally(() => clearTimeout(timer))
  })
}
