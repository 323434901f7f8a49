import '#web/answer'
import '#web/by'
import edge from 'edge.js'
import { asset } from '#web/assets'

const MOST_KEPT = 5000
const kept = new Map<string, string>()

edge.global('asset', asset)

/*
 * The reader's language. What was said once is kept: a list says the same twenty words to every reader fifty times
 * over, and reading a plural form costs more than looking it up. A plugin of Edge, because the one of the i18n package
 * takes the name back when the first page is drawn.
 */
edge.use(() => edge.global('t', translate))

function translate(this: { i18n: { locale: string; t(key: string, values?: object, fallback?: string): string } }, key: string, values?: object, fallback?: string) {
  const { i18n } = this
  const name = values || fallback !== undefined ? `${i18n.locale}:${key}:${fallback ?? ''}:${values ? JSON.stringify(values) : ''}` : `${i18n.locale}:${key}`
  const said = kept.get(name)
  if (said !== undefined) return said
  const text = i18n.t(key, values, fallback)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(name, text)
  return text
}

/** Two letters for a round picture: `Jana Malá` → `JM`. */
edge.global('initials', (name: string) => {
  const words = name.trim().split(/[\s@.]+/).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words
  return letters.map((word) => [...word][0]).join('').toLocaleUpperCase() || '?'
})

type Flashed = { get(key: string, fallback?: unknown): unknown } | undefined

/** The first error of a field after a form came back; null when there is none. */
edge.global('fieldError', (flashed: Flashed, name: string) => {
  const errors = flashed?.get('inputErrorsBag', {}) as Record<string, string[]> | undefined
  return errors?.[name]?.[0] ?? null
})

/** What was typed before the form came back. */
edge.global('oldValue', (flashed: Flashed, name: string) => {
  const value = flashed?.get(name)
  return typeof value === 'string' || typeof value === 'number' ? value : null
})

/** Ids of hint and error for `aria-describedby`; false leaves the attribute out. */
edge.global('describedBy', (id: string, hint: unknown, error: unknown) => {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || false
})
