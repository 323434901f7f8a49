import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import logger from '@adonisjs/core/services/logger'
import { AddressRefused, allowedOutside, bare, guardedLookup, isPrivate } from '#plugins/outbound_addresses'
import { mask } from '#plugins/typed_values'

interface Guard {
  readonly plugin: string
  /** Hosts an admin typed into the settings: they may lie inside, and may be spoken to without TLS. */
  readonly typed: ReadonlySet<string>
  readonly secrets: readonly string[]
  /** Public hosts without TLS too: for pictures in mails, where nothing of ours is sent along. */
  readonly plain?: boolean
  /** Milliseconds until the first byte, and between two. */
  readonly silence?: number
  /** Milliseconds for the whole call. */
  readonly whole?: number
  /** Bytes of an answer, unpacked. */
  readonly maxBytes?: number
}

type Fetch = typeof globalThis.fetch

const REDIRECTS = 5
/** Errors of a connection that never came about: whatever was to be sent did not leave. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']

/**
 * `fetch` for plugins: HTTPS only, no address inside the network, time-outs, a size cap, and no secret in a log. An
 * error of a call that never left carries `nothingLeft: true`, so that a delivery may safely be tried again.
 */
export function guardedFetch(guard: Guard): Fetch {
  const allowed = allowedOutside()
  const trusted = (host: string) => guard.typed.has(bare(host)) || allowed.host(host) || (isIP(bare(host)) > 0 && allowed.address(bare(host)))

  return async (input, init) => {
    let request = new Request(input, init)
    const body = request.body ? Buffer.from(await request.arrayBuffer()) : null
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(guard.whole ?? 60_000)])
    const started = Date.now()

    for (let hop = 0; ; hop++) {
      const url = new URL(request.url)
      try {
        assertMayCall(url, trusted, guard.plain)
        const response = await call(request, body, signal, trusted, guard)
        const next = redirectOf(response, url)
        if (!next || request.redirect === 'manual') return tell(response, url, started, guard)
        if (request.redirect === 'error' || hop >= REDIRECTS) throw new TypeError('The answer leads elsewhere')
        await response.body?.cancel()
        request = follow(request, next, response.status)
      } catch (error) {
        throw mark(error as NodeJS.ErrnoException, url, guard)
      }
    }
  }
}

function assertMayCall(url: URL, trusted: (host: string) => boolean, plain = false) {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (plain || trusted(url.hostname)))) {
    throw Object.assign(new TypeError(`"${url.host}" must be called by HTTPS`), { nothingLeft: true })
  }
  const host = bare(url.hostname)
  if (isIP(host) && isPrivate(host) && !trusted(host)) throw new AddressRefused(host)
}

function call(request: Request, body: Buffer | null, signal: AbortSignal, trusted: (host: string) => boolean, { silence = 20_000, maxBytes = 25_000_000 }: Guard) {
  const url = new URL(request.url)
  const headers: Record<string, string> = { 'accept-encoding': 'gzip, br', 'user-agent': 'Opora', ...Object.fromEntries(request.headers) }
  const takesBody = body && !['GET', 'HEAD'].includes(request.method)
  if (takesBody) headers['content-length'] = String(body.length)

  return new Promise<Response>((resolve, reject) => {
    const options = { method: request.method, headers, signal, lookup: guardedLookup(trusted), agent: false as const }
    const outgoing = (url.protocol === 'https:' ? https : http).request(url, options, (incoming) => resolve(answer(incoming, request.method, maxBytes)))
    outgoing.setTimeout(silence, () => outgoing.destroy(new Error(`"${url.host}" did not answer within ${silence / 1000} s`)))
    outgoing.on('error', reject)
    outgoing.end(takesBody ? body : undefined)
  })
}

function answer(incoming: http.IncomingMessage, method: string, maxBytes: number): Response {
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) headers.append(incoming.rawHeaders[at], incoming.rawHeaders[at + 1])
  const status = incoming.statusCode ?? 502
  if (method === 'HEAD' || [101, 204, 205, 304].includes(status)) {
    incoming.resume()
    return new Response(null, { status, headers })
  }
  const unpack = { gzip: createGunzip, br: createBrotliDecompress }[headers.get('content-encoding') ?? '']
  if (unpack) {
    headers.delete('content-encoding')
    headers.delete('content-length')
  }
  const capped = cap(maxBytes)
  const source: Readable = unpack ? incoming.on('error', (error) => capped.destroy(error)).pipe(unpack()) : incoming
  source.on('error', (error) => capped.destroy(error))
  return new Response(Readable.toWeb(source.pipe(capped)) as ReadableStream, { status, statusText: incoming.statusMessage, headers })
}

function cap(maxBytes: number) {
  let seen = 0
  return new Transform({
    transform(chunk, _encoding, done) {
      seen += chunk.length
      done(seen > maxBytes ? new Error(`The answer is larger than ${Math.round(maxBytes / 1e6)} MB`) : null, chunk)
    },
  })
}

function redirectOf(response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  return [301, 302, 303, 307, 308].includes(response.status) && location ? new URL(location, from) : null
}

/** The same call to where the answer led. What proves who we are goes to the same origin only; a body is never sent twice. */
function follow(request: Request, to: URL, status: number): Request {
  const same = new URL(request.url).origin === to.origin
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    if (status !== 303) throw new TypeError('The answer leads elsewhere, and what was sent is not sent twice')
  }
  const headers = new Headers(request.headers)
  if (!same) {
    const proof = [...headers.keys()].filter((name) => /^(authorization|cookie|proxy-)|token|key|secret|signature/i.test(name))
    if (proof.length > 0) throw new TypeError(`The answer leads to another host (${to.host}); what proves who we are stays here`)
  }
  return new Request(to, { method: request.method === 'HEAD' ? 'HEAD' : 'GET', headers, signal: request.signal, redirect: request.redirect })
}

function tell(response: Response, url: URL, started: number, { plugin, secrets }: Guard) {
  logger.debug({ plugin, url: mask(`${url.origin}${url.pathname}`, secrets), status: response.status, ms: Date.now() - started }, 'A plugin called out')
  return response
}

function mark(error: NodeJS.ErrnoException, url: URL, { plugin, secrets }: Guard) {
  const nothingLeft = NOT_CONNECTED.includes(error.code ?? '') || ('nothingLeft' in error && error.nothingLeft === true)
  logger.warn({ plugin, host: url.host, code: error.code, err: mask(error.message, secrets) }, 'A plugin could not call out')
  return Object.assign(error, { nothingLeft })
}
