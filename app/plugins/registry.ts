import type { ChannelDriver, Fields, Inbox, Plugin } from '#plugin'
import { inboxSeenBy, type InboxRow } from '#plugins/inbox_view'
import { installed } from '#plugins/installed'

/** What the core asks of the installed plugins. It knows none of them by name. */
export interface PluginRegistry {
  /** Every plugin that could be loaded, switched on or not, by id. */
  all(): readonly Plugin<any>[]
  /** Those that are switched on. */
  enabled(): readonly Plugin<any>[]
  /** The driver of a channel; null when no plugin that is switched on has it. A channel's id is its plugin's. */
  channel(id: string): ChannelDriver<any> | null
  /** An inbox as its driver sees it: the settings decrypted, the tools bound to it. */
  inboxFor(row: InboxRow): Inbox<Fields>
}

const house: PluginRegistry = {
  all: () => installed.all().flatMap(({ plugin }) => plugin ?? []),
  enabled: () => installed.working().map(({ plugin }) => plugin),
  channel: (id) => installed.working(id)?.plugin.channel ?? null,
  inboxFor: inboxSeenBy,
}

export let pluginRegistry: PluginRegistry = house

/** Puts others in the place of what the host answers, for tests with a channel of their own; returns what was there. */
export function useRegistry(registry: Partial<PluginRegistry>): PluginRegistry {
  const before = pluginRegistry
  pluginRegistry = { ...house, ...registry }
  return before
}
