import type { I18n } from '@adonisjs/i18n'
import type { Reason } from '#plugin'

/**
 * Keeps a reason as text for a column: whose words they are, and the words with their values, or a plain text.
 *
 * @param speaker - the plugin, or the domain of the core, whose translations hold the key
 */
export function storeReason(speaker: string, reason: Reason): string {
  return JSON.stringify(typeof reason === 'string' ? { plugin: speaker, detail: reason } : { plugin: speaker, key: reason.key, values: reason.values, detail: reason.detail })
}

/** Says a kept reason in the reader's language; what the other side said stays verbatim, behind it. */
export function sayReason(i18n: I18n, stored: string | null): string {
  if (!stored) return ''
  if (!stored.startsWith('{')) return stored
  const { plugin, key, values, detail } = JSON.parse(stored)
  if (!key) return detail ?? ''
  const words = i18n.t(`${plugin}.${key}`, values ?? {}, detail ?? key)
  return detail && words !== detail ? `${words} (${detail})` : words
}
