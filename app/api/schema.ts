/* Small words for JSON Schema, so that the shape of an answer reads like the answer. */

export type Schema = Readonly<Record<string, unknown>>

/** A named schema, listed once under `components` and referred to from everywhere. */
export const named = new Map<string, Schema>()

export function name(title: string, schema: Schema): Schema {
  named.set(title, schema)
  return { $ref: `#/components/schemas/${title}` }
}

export const text = (description?: string): Schema => ({ type: 'string', ...(description && { description }) })
export const id: Schema = { type: 'string', pattern: '^\\d+$' }
export const time: Schema = { type: 'string', format: 'date-time', description: 'ISO 8601, UTC, milliseconds' }
export const integer: Schema = { type: 'integer' }
export const yesNo: Schema = { type: 'boolean' }
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: [...values] })
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
/** JSON of any kind. */
export const anything: Schema = {}

/** All fields are always there; what is not known is null. */
export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** A page of a list. */
export const page = (items: Schema): Schema => object({ data: listOf(items), next_cursor: nullable(text('give it back as `cursor`; null: this was the last page')) })

/** A list that is short by nature and comes whole. */
export const whole = page

/** A moment of a table (ms) as the API tells it. */
export function iso(ms: number | string | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(Number(ms)).toISOString()
}

export function idOf(value: number | string): string
export function idOf(value: number | string | null | undefined): string | null
export function idOf(value: number | string | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
