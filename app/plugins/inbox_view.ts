import encryption from '@adonisjs/core/services/encryption'
import type { Fields, Inbox, Values } from '#plugin'
import { installed } from '#plugins/installed'
import { toolsFor } from '#plugins/tools'

/** The largest file a channel may fetch. */
const FILE_BYTES = 100_000_000

/** What of an inbox's row its driver is shown. */
export interface InboxRow {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly channel: string
  readonly config: string
}

/** An inbox as its driver sees it: the settings decrypted, the tools bound to it. */
export function inboxSeenBy(row: InboxRow): Inbox<Fields> {
  const fields: Fields = installed.get(row.channel)?.plugin?.channel?.config ?? {}
  const config = readConfig(row, fields)
  return Object.freeze({ id: row.id, key: row.key, name: row.name, config, ...toolsFor(row.channel, { scope: `inbox-${row.id}`, fields, values: config, maxBytes: FILE_BYTES }) })
}

function readConfig({ config }: InboxRow, fields: Fields): Values<Fields> {
  const kept = JSON.parse(config.startsWith('{') ? config : encryption.decrypt<string>(config)!)
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, kept[name] ?? field.default ?? null]))
}
