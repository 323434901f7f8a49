import type { Headers } from '../reading/headers.js'
import type { EmailInbox } from '../config.js'
import { aligned, organisation } from './domains.js'

/*
 * What the provider found out about the sender: `Authentication-Results` (RFC 8601). Only the topmost one
 * of a server that is ours counts; everybody can write such a line into a mail he sends.
 */

export interface Results {
  /** Method and result: the best signature for DKIM. */
  readonly checks: Readonly<Record<string, string>>
  /** Whether a passed check names the domain that stands in From. */
  readonly aligned: boolean
}

interface Line {
  readonly server: string | null
  readonly methods: readonly { readonly method: string; readonly result: string; readonly values: Readonly<Record<string, string>> }[]
}

const KNOWN = new Set(['spf', 'dkim', 'dmarc', 'arc', 'compauth', 'bimi', 'auth', 'iprev'])

/**
 * Null when none of our servers has checked this mail.
 *
 * @param direct - a stranger handed it to our own listener: without servers that the inbox names nobody of ours wrote in it
 */
export function trustedResults(headers: Headers, inbox: EmailInbox, fromDomain: string, direct: boolean): Results | null {
  const lines = headers.all('authentication-results').slice(0, 50).map(parseLine)
  const trusts = trustedServers(headers, inbox, direct)
  const first = lines.find(({ server }) => trusts(server))
  if (!first) return null
  // One server may write several lines, one a method; they stand together, above the way the mail had before.
  const places = headers.places('authentication-results')
  const top = places[lines.indexOf(first)]
  const below = headers.places('received').find((place) => place > top) ?? Number.POSITIVE_INFINITY
  return summed(lines.filter(({ server }, index) => server === first.server && places[index] >= top && places[index] < below), fromDomain)
}

/** `mx.google.com; dkim=pass header.d=posta.test; spf=pass (…) smtp.mailfrom=a@posta.test`. */
export function parseLine(text: string): Line {
  const plain = withoutComments(text.slice(0, 8000))
  const parts = plain.split(';').map((part) => part.trim())
  // Exchange Online leaves the server out and begins with a method.
  const nameless = /^[a-z-]+(?:\/\d+)?\s*=/i.test(parts[0] ?? '') && KNOWN.has((parts[0] ?? '').split(/[=/\s]/)[0].toLowerCase())
  const server = nameless ? null : (parts[0]?.split(/\s+/)[0]?.toLowerCase() ?? null)
  const methods = parts.slice(nameless ? 0 : 1).flatMap((part) => {
    const found = /^([a-z][a-z0-9-]{1,30})(?:\/\d+)?\s*=\s*([a-z]{2,20})\b(.*)$/is.exec(part)
    if (!found) return []
    const values = Object.fromEntries([...found[3].matchAll(/([a-z]+\.[a-z-]+|reason|action)\s*=\s*"?([^\s";]+)"?/gi)].map(([, name, value]) => [name.toLowerCase(), value.toLowerCase()]))
    return [{ method: found[1].toLowerCase(), result: found[2].toLowerCase(), values }]
  })
  return { server, methods }
}

/** Comments nest, and may hold anything; a quoted string is no comment. */
function withoutComments(text: string): string {
  let depth = 0
  let quoted = false
  let plain = ''
  for (const char of text) {
    if (char === '"' && depth === 0) quoted = !quoted
    if (!quoted && char === '(') depth++
    if (depth === 0) plain += char
    if (!quoted && char === ')' && depth > 0) depth--
  }
  return plain
}

/**
 * Whose word counts: the servers that the inbox names; without any, the one that took the mail in for
 * us, by the `Received` lines that our side has put on top.
 */
function trustedServers(headers: Headers, inbox: EmailInbox, direct: boolean): (server: string | null) => boolean {
  const named = (inbox.config['trust.servers'] ?? '').split(/[\s,;]+/).map((name) => name.trim().toLowerCase().replace(/^\*\./, '.')).filter(Boolean)
  const matches = (server: string, name: string) => server === name || (name.startsWith('.') && server.endsWith(name))
  if (named.length > 0) return (server) => named.some((name) => (server === null ? /outlook\.com$/.test(name) : matches(server, name)))

  if (direct) return () => false
  const hosts = takers(headers)
  const exchange = hosts.some((host) => /(?:^|\.)outlook\.com$/.test(host))
  // Nothing between a program of ours and us: what stands on top, that program has put there. Not so from the open listener.
  if (hosts.length === 0) return () => !headers.has('received') && !inbox.config.listener
  return (server) => (server === null || server === 'mx.microsoft.com' ? exchange : hosts.some((host) => host === server || organisation(host) === organisation(server)))
}

/** The receiving hosts from the top down to the first that had the mail from somebody else: below it anybody may have written. */
function takers(headers: Headers): string[] {
  const hosts: string[] = []
  for (const line of headers.all('received').slice(0, 20)) {
    const by = /(?:^|\s)by\s+([a-z0-9][a-z0-9.-]*\.[a-z0-9-]+)/i.exec(line)?.[1].toLowerCase()
    if (by && !/^[\d.]+$/.test(by)) hosts.push(by)
    const from = /^from\s+([^\s;()]+)/i.exec(line.trim())?.[1].toLowerCase()
    if (from && from !== 'localhost' && !hosts.some((host) => organisation(host) === organisation(from))) break
  }
  return hosts
}

function summed(lines: readonly Line[], fromDomain: string): Results {
  const checks: Record<string, string> = {}
  let isAligned = false
  for (const { method, result, values } of lines.flatMap(({ methods }) => methods)) {
    if (!KNOWN.has(method)) continue
    const domain = values['header.d'] ?? values['header.i']?.split('@').at(-1) ?? values['smtp.mailfrom']?.split('@').at(-1) ?? values['header.from'] ?? ''
    const fits = result === 'pass' && (method === 'dkim' || method === 'spf') && aligned(domain, fromDomain)
    isAligned ||= fits
    if (method === 'dkim' && checks.dkim === 'pass') continue
    if (method === 'dmarc' && values['header.from'] && !aligned(values['header.from'], fromDomain)) continue
    if (method !== 'dkim' && checks[method] !== undefined) continue
    checks[method] = result === 'bestguesspass' ? 'pass' : result
  }
  return { checks, aligned: isAligned }
}
