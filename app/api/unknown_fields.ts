import type { FieldFault } from './problem.js'
import type { Schema } from './schema.js'

/**
 * Finds what a request carries that its schema does not name. Vine drops such fields in
 * silence; here a misspelt one is told, or it would look as if it had been done.
 */
export function unknownFields(value: unknown, schema: Schema, at = ''): FieldFault[] {
  if (Array.isArray(value)) {
    const items = schema.items as Schema | undefined
    return items ? value.flatMap((entry, index) => unknownFields(entry, items, `${at}${index}.`)) : []
  }
  if (value === null || typeof value !== 'object') return []

  const properties = shapesOf(schema)
  if (!properties) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    key in properties ? unknownFields(entry, properties[key], `${at}${key}.`) : [{ field: `${at}${key}`, rule: 'unknown', message: `The field ${at}${key} is not known here` }]
  )
}

/** The properties an object may have; null: any. */
function shapesOf(schema: Schema): Record<string, Schema> | null {
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices) return choices.map(shapesOf).find((properties) => properties !== null) ?? null
  if (schema.additionalProperties !== false) return null
  return (schema.properties ?? {}) as Record<string, Schema>
}
