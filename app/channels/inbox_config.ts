import { randomBytes } from 'node:crypto'
import encryption from '@adonisjs/core/services/encryption'
import type { Field, Fields } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import { DomainError } from '#support/domain_error'

/*
 * The settings of one inbox. A driver declares them flat, with dots (`imap.host`); forms and the API
 * nest them; the table holds one encrypted JSON text.
 */

type Flat = Record<string, unknown>
export type Nested = { [key: string]: unknown }
type WithConfig = { readonly channel: string; readonly config: string }

/** What stands for a secret that is set, in whatever a person or the API reads. Sent back, it changes nothing. */
export const SECRET_IS_SET = '••••••'

/** The settings as the driver gets them: flat, decrypted, with every default filled in. */
export function readConfig(inbox: WithConfig): Flat {
  const kept = open(inbox.config)
  return Object.fromEntries(Object.entries(fieldsOf(inbox.channel)).map(([name, field]) => [name, kept[name] ?? field.default ?? null]))
}

/** The settings as a person may see them: nested, secrets masked, a list as an array. */
export function readConfigMasked(inbox: WithConfig): Nested {
  const values = readConfig(inbox)
  const shown = Object.entries(fieldsOf(inbox.channel)).map(([name, field]) => [name, show(field, values[name])] as const)
  return nest(Object.fromEntries(shown))
}

/**
 * Checks nested (or flat) settings and returns them encrypted, ready for the column. What is absent
 * keeps its old value, and so does a secret that is empty or masked; null clears a field or a whole group.
 *
 * @throws InvalidConfig naming each field that is unknown, missing or of the wrong kind
 */
export function writeConfig(inbox: WithConfig, values: Nested): string {
  const fields = fieldsOf(inbox.channel)
  const given = flatten(values, fields)
  const old = open(inbox.config)
  const errors: ConfigError[] = Object.keys(given)
    .filter((name) => !fields[name])
    .map((name) => ({ field: name, rule: 'unknown' }))

  const kept: Flat = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = name in given ? read(field, given[name], old[name]) : old[name]
    if (value === INVALID) errors.push({ field: name, rule: field.kind })
    else if (value !== undefined && value !== null && value !== '') kept[name] = value
    else if (field.generated) kept[name] = randomBytes(24).toString('base64url')
  }
  for (const [name, field] of Object.entries(fields)) {
    const applies = !field.when || (kept[field.when.field] ?? fields[field.when.field]?.default) === field.when.is
    if (field.required && applies && kept[name] === undefined && field.default === undefined) errors.push({ field: name, rule: 'required' })
  }
  if (errors.length > 0) throw new InvalidConfig(errors)
  return encryption.encrypt(JSON.stringify(kept))
}

export interface ConfigError {
  readonly field: string
  readonly rule: string
}

export class InvalidConfig extends DomainError {
  constructor(readonly errors: readonly ConfigError[]) {
    super('gateway.errors.config_invalid', 422, { fields: errors.map(({ field }) => field).join(', ') })
  }
}

/** The driver's own declaration; a channel that is switched off has none. */
function fieldsOf(channel: string): Fields {
  return pluginRegistry.channel(channel)?.config ?? {}
}

/** A plain JSON text is read too: tests and imports write it so. */
function open(config: string): Flat {
  if (config.startsWith('{')) return JSON.parse(config)
  const text = encryption.decrypt<string>(config)
  if (text === null) throw new DomainError('gateway.errors.config_unreadable', 409)
  return JSON.parse(text)
}

const INVALID = Symbol('invalid')

function read(field: Field<any>, given: unknown, old: unknown): unknown {
  if (field.kind === 'secret' && (given === SECRET_IS_SET || given === '')) return old
  if (given === null || given === '') return null
  switch (field.kind) {
    case 'number': {
      const number = typeof given === 'string' ? Number(given) : given
      return typeof number === 'number' && Number.isFinite(number) ? number : INVALID
    }
    case 'toggle':
      if (typeof given === 'boolean') return given
      return ['true', 'on', '1'].includes(String(given)) ? true : ['false', '0'].includes(String(given)) ? false : INVALID
    case 'choice':
      return field.options?.includes(String(given)) ? given : INVALID
    case 'url':
      return typeof given === 'string' && /^https?:\/\//.test(given) && URL.canParse(given) ? given : INVALID
    default:
      if (field.lines && Array.isArray(given)) return given.every((line) => typeof line === 'string') ? given.join('\n') : INVALID
      return typeof given === 'string' ? given : INVALID
  }
}

function show(field: Field<any>, value: unknown) {
  if (field.kind === 'secret') return value === null ? null : SECRET_IS_SET
  if (field.lines) return String(value ?? '').split('\n').map((line) => line.trim()).filter(Boolean)
  return value
}

function nest(flat: Flat): Nested {
  const nested: Nested = {}
  for (const [name, value] of Object.entries(flat)) {
    const path = name.split('.')
    let at = nested
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Nested
    at[path.at(-1)!] = value
  }
  return nested
}

/** `{imap: null}` clears every `imap.…` field. */
function flatten(values: Nested, fields: Fields, prefix = ''): Flat {
  const flat: Flat = {}
  for (const [key, value] of Object.entries(values)) {
    const name = prefix + key
    if (name in fields || value === undefined) {
      if (value !== undefined) flat[name] = value
      continue
    }
    const group = Object.keys(fields).filter((field) => field.startsWith(`${name}.`))
    if (group.length > 0 && value === null) for (const field of group) flat[field] = null
    else if (group.length > 0 && typeof value === 'object') Object.assign(flat, flatten(value as Nested, fields, `${name}.`))
    else flat[name] = value
  }
  return flat
}
