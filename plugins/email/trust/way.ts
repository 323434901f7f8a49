import { BlockList, isIP } from 'node:net'
import type { Stored } from '#plugin'
import type { Headers } from '../reading/headers.js'
import { organisation } from './domains.js'

/*
 * From where a mail came to our side, as far as that is sure: what SPF (RFC 7208) asks about. Our own listener
 * saw the client; of a mailbox elsewhere the lines that its provider has put on top tell it. What stands further
 * down everybody could write.
 */

export interface Way {
  readonly ip: string
  /** The name the client gave itself. */
  readonly helo: string
  /** The envelope's sender; empty for a report (RFC 5321 §4.5.5). */
  readonly sender: string
}

const NEAR = new BlockList()
for (const [net, bits] of [['10.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['0.0.0.0', 8]] as const) NEAR.addSubnet(net, bits)
for (const [net, bits] of [['::1', 128], ['::', 128], ['fc00::', 7], ['fe80::', 10]] as const) NEAR.addSubnet(net, bits, 'ipv6')

/** Hops inside a provider's house; more are nobody's. */
const MAX_HOPS = 8

/** A client on this machine or in this house: then it is a relay of ours, and what it wrote on top counts. */
export function isNear(ip: string): boolean {
  const plain = plainIp(ip)
  return isIP(plain) !== 0 && NEAR.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a stranger handed it to our own listener: nothing in it was written by anybody of ours. */
export function isDirect({ envelope }: Stored): boolean {
  return Boolean(envelope?.client && !isNear(envelope.client))
}

/**
 * Null where the way is not sure: no line of the provider names the client's address, or the client calls itself
 * by the provider's own name, which may be true or not.
 *
 * @param open - the inbox has a listener to which anybody may write
 */
export function wayOf(item: Stored, headers: Headers, open: boolean): Way | null {
  const { envelope } = item
  if (envelope?.client && isDirect(item)) return { ip: plainIp(envelope.client), helo: envelope.helo ?? '', sender: envelope.sender ?? '' }
  if (open && !envelope?.client) return null
  const hop = firstOutside(headers)
  if (!hop) return null
  const [path] = headers.all('return-path')
  const sender = envelope?.sender ?? path
  return sender === undefined ? null : { ...hop, sender: /<?\s*([^\s<>]*)\s*>?/.exec(sender)?.[1] ?? '' }
}

/** The topmost line that names a client outside; those above it are hops between the provider's own machines. */
function firstOutside(headers: Headers): { ip: string; helo: string } | null {
  for (const line of headers.all('received').slice(0, MAX_HOPS)) {
    const from = /^from\s+([^\s;()]+)([^;]*?)(?:\sby\s|;|$)/is.exec(line.trim().slice(0, 2000))
    // Handed on inside, without a connection ("by mx with LMTP", "from userid 1000").
    if (!from) continue
    const ip = /\[(?:ipv6:)?([\da-f:.]{3,45})\]/i.exec(`${from[1]} ${from[2]}`)?.[1] ?? /\((?:[^()\s]{1,255}\s)?(?:ipv6:)?([\da-f:.]{3,45})\)/i.exec(from[2])?.[1]
    const address = plainIp(ip ?? '')
    if (isIP(address) === 0) {
      // A name alone: only a machine's own is sure to be inside.
      if (/^(?:localhost|localhost\.localdomain|userid|local)$/i.test(from[1])) continue
      return null
    }
    if (/^(?:127\.|::1$)/.test(address)) continue
    // Behind a balancer or a container's bridge every client looks so: whether it is a hop inside nobody can tell.
    if (isNear(address)) return null
    const by = /\sby\s+([a-z0-9][a-z0-9.-]*\.[a-z0-9-]+)/i.exec(line)?.[1] ?? ''
    const helo = /\bhelo[= ]([^\s()]{1,255})/i.exec(from[2])?.[1] ?? from[1].replace(/^\[|\]$/g, '')
    return by && organisation(by) === organisation(helo) ? null : { ip: address, helo }
  }
  return null
}

function plainIp(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '')
}
