import type { I18n } from '@adonisjs/i18n'
import type { Reason } from '#plugin'

/** Keeps a reason as text: the plugin whose words they are, and the words or a plain text. */
export function storeReason(plugin: string, reason: Reason): string {
  return JSON.stringify(typeof reason === 'string' ? { plugin, detail: reason } : { plugin, key: reason.key, values: reason.values, detail: reason.detail })
}

/** Says a kept reason in the reader's language. */
export function sayReason(i18n: I18n, stored: string | null): string {
  if (!stored) return ''
  if (!stored.startsWith('{')) return stored
  const { plugin, key, values, detail } = JSON.parse(stored)
  if (!key) return detail ?? ''
  const words = i18n.t(`${plugin}.${key}`, values ?? {})
  return detail ? `${words} (${detail})` : words
}
