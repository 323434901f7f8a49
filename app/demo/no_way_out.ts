import { isIP, Socket } from 'node:net'

type Connect = (this: Socket, ...args: unknown[]) => Socket

/**
 * Makes it impossible for this process to connect to another machine: whatever opens a socket (mail,
 * HTTP, TLS, a library that nobody looked at) passes here. Loopback and local sockets stay open, and
 * the hosts in `besides`: the demo's own database and Redis.
 *
 * @returns what undoes it, for tests
 */
export function closeTheWayOut(besides: readonly (string | undefined)[]): () => void {
  const allowed = new Set(besides.flatMap((url) => (url && URL.canParse(url) ? [new URL(url).hostname] : [])))
  const open = Socket.prototype.connect as Connect

  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const host = hostOf(args)
    if (host === null || isLoopback(host) || allowed.has(host)) return open.apply(this, args)
    // As any failed connection: told later, to whoever listens.
    process.nextTick(() => this.destroy(new DemoStaysInside(host)))
    return this
  } as Socket['connect']
  return () => {
    Socket.prototype.connect = open as Socket['connect']
  }
}

/** The demo tried to reach another machine and was kept from it. */
export class DemoStaysInside extends Error {
  readonly code = 'ECONNREFUSED'
  readonly nothingLeft = true

  constructor(host: string) {
    super(`This is the demo: it connects to nothing outside, and so not to "${host}"`)
  }
}

/** Where a call of `connect` leads; null for a local socket. Node hands on its own normalised array, too. */
function hostOf(args: unknown[]): string | null {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === 'string' && !/^\d+$/.test(first)) return null
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: string; host?: string }
    return path ? null : (host ?? 'localhost')
  }
  return typeof second === 'string' ? second : 'localhost'
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === '::1' || name.startsWith('::ffff:127.') || name === 'localhost' || name.endsWith('.localhost')
}
