import type { Scope } from '../coverage/resolver.js'
import { lean } from './plan_rules.js'

/** Only lists of ids and names; whatever else somebody sends is not there. */
export function cleanScope(read: unknown): Scope {
  if (!read || typeof read !== 'object') return {}
  const given = read as Record<string, unknown>
  const list = (name: string) => (Array.isArray(given[name]) ? (given[name] as unknown[]).slice(0, 200) : [])
  const ids = (name: string) => list(name).map(Number).filter((id) => Number.isSafeInteger(id) && id > 0 && id < 2 ** 31)
  const names = (name: string) => list(name).filter((one): one is string => typeof one === 'string' && one !== '').map((one) => one.slice(0, 60))
  return lean({ inbox: ids('inbox'), channel: names('channel'), tag: ids('tag'), category: names('category'), customer: ids('customer') })
}
