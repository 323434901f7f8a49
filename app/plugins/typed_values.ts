import type { Fields, Values } from '#plugin'

/* What the settings an admin typed mean to the tools: which hosts may be called, and what must never be logged. */

const MASK = '••••••'

/** The hosts an admin typed: of every address field, and of every text field named `…host`. */
export function hostsTypedIn(fields: Fields, values: Values<Fields>): ReadonlySet<string> {
  const hosts = Object.entries(fields).flatMap(([name, { kind }]) => {
    const value = values[name]
    if (typeof value !== 'string' || value === '') return []
    if (kind === 'url') return URL.canParse(value) ? [new URL(value).hostname] : []
    return kind === 'text' && /(^|[._])host$/i.test(name) ? [value] : []
  })
  return new Set(hosts.map((host) => host.toLowerCase().replace(/^\[|\]$/g, '')))
}

/** The secrets among the values. Very short ones are left: masking them would black out half of every line. */
export function secretsOf(fields: Fields, values: Values<Fields>): readonly string[] {
  return Object.entries(fields).flatMap(([name, { kind }]) => {
    const value = values[name]
    return kind === 'secret' && typeof value === 'string' && value.length >= 4 ? [value, encodeURIComponent(value), Buffer.from(value).toString('base64')] : []
  })
}

/** The same text or data with every secret blacked out. */
export function mask<T>(what: T, secrets: readonly string[]): T {
  if (secrets.length === 0) return what
  if (typeof what === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), what as string) as T
  if (what instanceof Error) return { name: what.name, message: mask(what.message, secrets), stack: mask(what.stack, secrets), cause: mask(what.cause, secrets) } as T
  if (Array.isArray(what)) return what.map((item) => mask(item, secrets)) as T
  if (what && typeof what === 'object' && Object.getPrototypeOf(what) === Object.prototype) {
    return Object.fromEntries(Object.entries(what).map(([key, value]) => [key, mask(value, secrets)])) as T
  }
  return what
}
