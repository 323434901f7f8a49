import type { Fields, Plugin, Words } from '#plugin'

/** The version of the desk that plugins name in `needs.helpdesk`; raised with the contract, not with every release. */
export const HELPDESK_VERSION = '1.0.0'

const ID = /^[a-z][a-z0-9_]{1,30}$/
const KEY = /^[a-zA-Z][a-zA-Z0-9_]*(\.[a-zA-Z][a-zA-Z0-9_]*)*$/
/** Words of the core: a plugin of this name would hide the desk's own translations, views or addresses. */
const RESERVED = ['web', 'people', 'tickets', 'customers', 'channels', 'gateway', 'plugins', 'errors', 'setup', 'settings', 'search', 'routing', 'validator', 'api', 'email_addresses', 'mail']

/**
 * What is wrong with a manifest, in words (`plugins.faults.<key>`); null when nothing is. Asked once, at start:
 * a plugin with a fault is not used, and the desk still starts.
 */
export function manifestFault(manifest: unknown, folder: string): Words | null {
  if (!manifest || typeof manifest !== 'object') return { key: 'faults.no_manifest' }
  const plugin = manifest as Plugin<any>
  if (plugin.id !== folder) return { key: 'faults.id_differs', values: { id: String(plugin.id), folder } }
  if (!ID.test(plugin.id) || RESERVED.includes(plugin.id)) return { key: 'faults.id_illegal', values: { id: plugin.id } }
  if (!plugin.needs?.helpdesk || !satisfies(HELPDESK_VERSION, plugin.needs.helpdesk)) {
    return { key: 'faults.version', values: { needs: String(plugin.needs?.helpdesk ?? '?'), version: HELPDESK_VERSION } }
  }
  return wrongKey(plugin) ?? missingJob(plugin)
}

/** Whether `version` is within a range of the forms `^1.2`, `~1.2.3`, `>=1.0`, `1.x`, `1.2.3` or `*`. */
export function satisfies(version: string, range: string): boolean {
  const match = /^(\^|~|>=)?\s*v?(\d+|\*)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?$/.exec(range.trim())
  if (!match) return false
  const [, sign, ...parts] = match
  if (parts[0] === '*') return true
  const at = version.split('.').map(Number)
  const asked = parts.map((part) => (part === undefined || part === 'x' || part === '*' ? null : Number(part)))
  const floor = asked.map((part) => part ?? 0)
  const enough = compare(at, floor) >= 0
  if (sign === '>=') return enough
  if (sign === '^') return enough && at[0] === floor[0] && (floor[0] > 0 || at[1] === floor[1])
  if (sign === '~') return enough && at[0] === floor[0] && (asked[1] === null || at[1] === floor[1])
  return asked.every((part, index) => part === null || part === at[index])
}

function compare(a: readonly number[], b: readonly number[]) {
  const index = a.findIndex((part, at) => part !== b[at])
  return index < 0 ? 0 : a[index] - b[index]
}

/** A key is a word, or words joined by dots; no key may stand inside another (`imap` beside `imap.host`). */
function wrongKey(plugin: Plugin<any>): Words | null {
  const sets: Record<string, Fields | undefined> = { settings: plugin.settings, config: plugin.channel?.config, facts: plugin.facts }
  for (const [set, fields] of Object.entries(sets)) {
    const names = Object.keys(fields ?? {})
    const illegal = names.find((name) => !KEY.test(name) || names.some((other) => other.startsWith(`${name}.`)))
    if (illegal) return { key: 'faults.key_illegal', values: { set, name: illegal } }
    const lost = Object.entries(fields ?? {}).find(([, field]) => field.when && !names.includes(field.when.field))
    if (lost) return { key: 'faults.when_unknown', values: { set, name: lost[0], field: lost[1].when!.field } }
  }
  return null
}

function missingJob({ schedule = {}, jobs = {} }: Plugin<any>): Words | null {
  const missing = Object.keys(schedule).find((name) => !(name in jobs))
  if (missing) return { key: 'faults.job_missing', values: { name: missing } }
  const never = Object.entries(schedule).find(([, { everyMinutes }]) => !(everyMinutes >= 1))
  return never ? { key: 'faults.schedule', values: { name: never[0] } } : null
}
