type Schema = Record<string, any>

/**
 * What is wrong with a value by a JSON schema; nothing is good. Knows the words that our OpenAPI
 * document uses and throws at any other, so that a new word cannot pass unchecked.
 */
export function faults(value: unknown, schema: Schema, root: Schema, at = '$'): string[] {
  const unknown = Object.keys(schema).filter((word) => !KNOWN.has(word))
  if (unknown.length > 0) throw new Error(`${at}: the test does not know ${unknown.join(', ')}`)
  if (schema.$ref) return faults(value, resolve(schema.$ref, root), root, at)
  if (schema.anyOf) {
    const ways = (schema.anyOf as Schema[]).map((one) => faults(value, one, root, at))
    return ways.some((way) => way.length === 0) ? [] : ways.flat()
  }
  if (schema.type && !matches(value, schema.type)) return [`${at}: ${JSON.stringify(value)?.slice(0, 80)} is no ${schema.type}`]
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is none of ${schema.enum}`]
  if (schema.pattern && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) return [`${at}: ${value} is not ${schema.pattern}`]
  if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value))) return [`${at}: ${value} is no time with milliseconds in UTC`]
  if (Array.isArray(value)) return schema.items ? value.flatMap((entry, index) => faults(entry, schema.items, root, `${at}[${index}]`)) : []
  if (value !== null && typeof value === 'object') return inside(value as Schema, schema, root, at)
  return []
}

const KNOWN = new Set(['$ref', 'anyOf', 'type', 'enum', 'pattern', 'format', 'items', 'properties', 'required', 'additionalProperties', 'description'])

function inside(value: Schema, schema: Schema, root: Schema, at: string): string[] {
  const properties: Schema = schema.properties ?? {}
  const missing = ((schema.required ?? []) as string[]).filter((key) => value[key] === undefined).map((key) => `${at}.${key} is missing`)
  const wrong = Object.entries(value).flatMap(([key, entry]) => {
    if (key in properties) return faults(entry, properties[key], root, `${at}.${key}`)
    if (schema.additionalProperties === false) return [`${at}.${key} is not described`]
    return typeof schema.additionalProperties === 'object' ? faults(entry, schema.additionalProperties, root, `${at}.${key}`) : []
  })
  return [...missing, ...wrong]
}

function resolve(ref: string, root: Schema): Schema {
  return ref
    .slice(2)
    .split('/')
    .reduce((node, part) => node[part], root)
}

function matches(value: unknown, type: string | string[]): boolean {
  if (Array.isArray(type)) return type.some((one) => matches(value, one))
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}
