import { BlockList, isIP } from 'node:net'
import type { Resolve } from './resolve.js'

/** RFC 7208 §4.6.4: an evaluation that needs more look-ups fails for everybody. */
const MAX_LOOKUPS = 10

export interface Spf {
  readonly records: readonly string[]
  readonly lookups: number
  /** Every name that is included or redirected to, also from within others. */
  readonly includes: ReadonlySet<string>
  /** Whether the addresses asked about are allowed by the record itself or by what it includes. */
  readonly covers: boolean
  readonly letsEverybody: boolean
}

/**
 * Reads what a domain allows to send in its name, with all that it includes.
 *
 * @param addresses - of the server that sends
 * @throws what the resolver throws when it cannot answer at all
 */
export async function readSpf(domain: string, addresses: readonly string[], resolve: Resolve): Promise<Spf> {
  const records = await recordsOf(domain, resolve)
  const walk = { lookups: 0, includes: new Set<string>(), covers: false, letsEverybody: false }
  if (records.length === 1) await visit(records[0], domain)
  return { records, ...walk }

  async function visit(record: string, at: string): Promise<void> {
    for (const term of record.split(/\s+/).slice(1)) {
      const [, sign, name, value = ''] = /^([+?~-]?)([a-z]+\d?)(?:[:=](.*)|(?:\/.*)?)$/i.exec(term) ?? []
      const mechanism = name?.toLowerCase()
      if (!mechanism || sign === '-' || sign === '~') continue
      if (mechanism === 'all' && (sign === '' || sign === '+')) walk.letsEverybody = at === domain || walk.letsEverybody
      if (mechanism === 'ip4' || mechanism === 'ip6') walk.covers ||= addresses.some((address) => isWithin(address, value))
      if (!['a', 'mx', 'include', 'redirect'].includes(mechanism)) continue
      walk.lookups++
      if (walk.lookups > MAX_LOOKUPS) return
      const target = (value.split('/')[0] || at).toLowerCase()
      if (mechanism === 'a') walk.covers ||= meets(await resolve.addresses(target), addresses)
      if (mechanism === 'mx') for (const host of (await resolve.mx(target)).slice(0, 10)) walk.covers ||= meets(await resolve.addresses(host), addresses)
      if ((mechanism === 'include' || mechanism === 'redirect') && !walk.includes.has(target)) {
        walk.includes.add(target)
        const [inner] = await recordsOf(target, resolve)
        if (inner) await visit(inner, target)
      }
    }
  }
}

async function recordsOf(domain: string, resolve: Resolve) {
  return (await resolve.txt(domain)).filter((text) => /^v=spf1(\s|$)/i.test(text.trim())).map((text) => text.trim())
}

const meets = (found: readonly string[], asked: readonly string[]) => found.some((address) => asked.includes(address))

function isWithin(address: string, network: string): boolean {
  const [base, bits] = network.split('/')
  const family = isIP(base)
  if (!family || isIP(address) !== family) return false
  const prefix = Number(bits ?? (family === 6 ? 128 : 32))
  if (!(prefix >= 0 && prefix <= (family === 6 ? 128 : 32))) return false
  const list = new BlockList()
  list.addSubnet(base, prefix, family === 6 ? 'ipv6' : 'ipv4')
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
