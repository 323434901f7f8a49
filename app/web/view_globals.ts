import '#web/answer'
import '#web/by'
import edge from 'edge.js'
import { asset } from '#web/assets'
import { tidy } from '#web/format'

const plain = new Map<string, string>()

edge.global('asset', asset)

/*
 * The reader's language, with its typography. Texts without values are the same for every reader of a
 * language, so they are looked up once: a list page asks for the same twenty words a hundred times.
 */
edge.global('t', function (this: { i18n: { locale: string; t(key: string, values?: object, fallback?: string): string } }, key: string, values?: object, fallback?: string) {
  const { i18n } = this
  if (values || fallback) return tidy(i18n.locale, i18n.t(key, values, fallback))
  const kept = plain.get(`${i18n.locale}:${key}`)
  if (kept !== undefined) return kept
  const text = tidy(i18n.locale, i18n.t(key))
  plain.set(`${i18n.locale}:${key}`, text)
  return text
})

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
