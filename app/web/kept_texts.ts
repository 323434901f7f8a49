import { formatters } from '@adonisjs/i18n'
import type { FormatterFactory } from '@adonisjs/i18n/types'
import { configProvider } from '@adonisjs/core'

/** Texts kept at most; then all are forgotten and the common ones soon come back. */
const MOST = 5000

/**
 * ICU messages, each text kept once it was made. The formatter parses a message and looks up its locale
 * anew at each use, which was a tenth of a list page; most of what a page says was said a moment ago.
 */
export function keptTexts() {
  return configProvider.create(async (app): Promise<FormatterFactory> => {
    const make = await formatters.icu().resolver(app)
    return (config) => {
      const icu = make(config)
      const kept = new Map<string, string>()
      return {
        name: icu.name,
        format(message, locale, data) {
          const key = `${locale}\0${message}\0${data ? JSON.stringify(data) : ''}`
          const known = kept.get(key)
          if (known !== undefined) return known
          if (kept.size >= MOST) kept.clear()
          const text = icu.format(message, locale, data)
          kept.set(key, text)
          return text
        },
      }
    }
  })
}
