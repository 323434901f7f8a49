import { column } from '@adonisjs/lucid/orm'

/** A column that holds JSON text: a value on the model, text in the table, alike on both databases. */
export function json<T>() {
  return column({
    prepare: (value: T | null | undefined) => (value === null || value === undefined ? value : JSON.stringify(value)),
    consume: (value: string | null) => (value === null ? null : (JSON.parse(value) as T)),
  })
}
