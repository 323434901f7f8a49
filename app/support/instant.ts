import { column } from '@adonisjs/lucid/orm'
import { DateTime } from 'luxon'

/**
 * A column that holds a moment: milliseconds since 1970 UTC in the table, a Luxon
 * DateTime in UTC on the model. Both databases store it alike, with milliseconds.
 */
export function instant() {
  return column({
    prepare: (value: DateTime | number | null | undefined) => (DateTime.isDateTime(value) ? value.toMillis() : value),
    consume: (value: number | string | null) => (value === null || value === undefined ? null : DateTime.fromMillis(Number(value), { zone: 'utc' })),
    serialize: (value: DateTime | null) => value?.toISO() ?? null,
  })
}
