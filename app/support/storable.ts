/**
 * What any database of ours can hold: PostgreSQL refuses NUL in a text, and half a surrogate pair is no
 * character. Both come with broken mail and hostile requests; nobody can see either. Goes through plain
 * objects and lists; everything else (dates, functions, files) stays as it is.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return clean(value) as T
  if (Array.isArray(value)) return value.map((one) => storable(one)) as T
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [clean(name), storable(one)])) as T
}

function clean(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
