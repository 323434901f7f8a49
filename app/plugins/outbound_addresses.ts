import { lookup as resolve } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import env from '#start/env'

/*
 * Which addresses a plugin's call may reach. Asked after the name has been resolved and by the connection itself, so
 * that a name which answers differently the second time gains nothing.
 */

/** Networks that are not the internet: own machine, private, link-local (with the clouds' metadata), shared, reserved, and IPv6 that carries an IPv4 inside. */
const PRIVATE = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32', '2001:db8::/32', '2002::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]

const privateNetworks = networks(PRIVATE)

/** Whether this is no address of the public internet. IPv4 inside IPv6 counts as what it is. */
export function isPrivate(address: string): boolean {
  return within(privateNetworks, address)
}

/** What OUTBOUND_ALLOW lets through besides: host names, addresses and networks, separated by commas. */
export function allowedOutside(list = env.get('OUTBOUND_ALLOW') ?? '') {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase()).filter(Boolean)
  const ranges = networks(entries.filter((entry) => isIP(entry.split('/')[0]) > 0))
  const hosts = new Set(entries)
  return {
    host: (name: string) => hosts.has(bare(name)),
    address: (address: string) => within(ranges, address),
  }
}

/**
 * Resolves names for one call, and refuses those that lead inside.
 *
 * @param trusted - the hosts that may lie inside: what an admin typed, what OUTBOUND_ALLOW names
 */
export function guardedLookup(trusted: (host: string) => boolean): LookupFunction {
  const allowed = allowedOutside()
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0)
      const usable = trusted(host) ? found : found.filter(({ address }) => !isPrivate(address) || allowed.address(address))
      if (usable.length === 0) return done(new AddressRefused(host), '', 0)
      if (options.all) done(null, usable)
      else done(null, usable[0].address, usable[0].family)
    })
  }
}

/** The call was not made: its address is not on the public internet, and nobody allowed it. */
export class AddressRefused extends Error {
  readonly code = 'E_ADDRESS_REFUSED'
  readonly nothingLeft = true

  constructor(host: string) {
    super(`"${host}" leads to a private address; an administrator can allow it by OUTBOUND_ALLOW`)
  }
}

/** A host as it stands in a URL, without the brackets of IPv6. */
export const bare = (host: string) => host.toLowerCase().replace(/^\[|\]$/g, '')

function networks(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address, bits] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return list
}

function within(list: BlockList, address: string) {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return list.check(mapped[1], 'ipv4')
  const family = isIP(address)
  return family > 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
