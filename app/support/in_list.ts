/**
 * Values for a `where … in`, filled up with the first of them to one of a few lengths: a statement of a length that was
 * used before is found prepared.
 */
export function inList<T>(values: readonly T[]): T[] {
  const length = values.length < 4 ? values.length : Math.ceil(values.length / 16) * 16
  return [...values, ...Array<T>(length - values.length).fill(values[0])]
}
