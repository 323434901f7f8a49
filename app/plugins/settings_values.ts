import vine from '@vinejs/vine'
import encryption from '@adonisjs/core/services/encryption'
import type { Field, Fields, Values } from '#plugin'

/*
 * The values of a declaration: opened, checked, sealed. Keys are flat, with dots; forms nest them.
 */

export type Flat = Record<string, unknown>
export interface FieldFault {
  readonly field: string
  /** `required`, or the kind that it is not: `number`, `url`, `choice`, `toggle`, `text`. */
  readonly rule: string
}
type Checked = { readonly values: Flat; readonly faults: readonly FieldFault[] }

const TEXT_MAX = 20_000

/** What was kept, with every default filled in; what was never saved is null. */
export function openValues<F extends Fields>(fields: F, sealed: string | null): Values<F> {
  const kept = opened(sealed)
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, kept[name] ?? field.default ?? null])) as Values<F>
}

/** Encrypts values for their column. Secrets and the rest alike: an address or a login is nobody's business either. */
export function sealValues(values: Flat): string {
  return encryption.encrypt(JSON.stringify(values))
}

/**
 * Checks what was sent against the declaration. What is absent keeps its old value, and so does a secret that
 * is empty; null or an empty text clears.
 *
 * @param previous - the sealed values from before
 */
export async function checkValues(fields: Fields, sent: Flat, previous: string | null): Promise<Checked> {
  const old = opened(previous)
  const values: Flat = {}
  const faults: FieldFault[] = []
  for (const [name, field] of Object.entries(fields)) {
    const given = sent[name]
    if (given === undefined || (field.kind === 'secret' && (given === '' || given === null))) {
      if (old[name] !== undefined) values[name] = old[name]
    } else if (given !== null && given !== '') {
      const [error, value] = await typeOf(field).tryValidate(given)
      if (error) faults.push({ field: name, rule: field.kind === 'secret' ? 'text' : field.kind })
      else values[name] = value
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    const applies = !field.when || (values[field.when.field] ?? fields[field.when.field]?.default) === field.when.is
    const missing = values[name] === undefined && !faults.some((fault) => fault.field === name)
    if (field.required && applies && missing && field.default === undefined) faults.push({ field: name, rule: 'required' })
  }
  return { values, faults }
}

/** One validator a declaration; a declaration never changes while the process lives. */
const types = new WeakMap<Field<any>, ReturnType<typeof makeType>>()

function typeOf(field: Field<any>) {
  const known = types.get(field) ?? makeType(field)
  types.set(field, known)
  return known
}

function makeType(field: Field<any>) {
  return vine.create(schemaOf(field))
}

function schemaOf(field: Field<any>): any {
  switch (field.kind) {
    case 'number':
      return vine.number()
    case 'toggle':
      return vine.boolean()
    case 'choice':
      return vine.enum([...(field.options ?? [])])
    case 'url':
      return vine.string().trim().maxLength(2000).url({ require_protocol: true, require_tld: false, protocols: ['http', 'https'] })
    default:
      return vine.string().maxLength(TEXT_MAX)
  }
}

function opened(sealed: string | null): Flat {
  if (!sealed) return {}
  const text = encryption.decrypt<string>(sealed)
  if (text === null) throw new Error('The settings cannot be read: they were encrypted with another key')
  return JSON.parse(text)
}
