import type { ChannelDriver, Fields, Inbox, Plugin } from '#plugin'
import type InboxRow from '#channels/inbox'

/** What the core asks of the installed plugins. */
export interface PluginRegistry {
  all(): readonly Plugin<any>[]
  /** The driver of a channel; null when no plugin that is switched on has it. */
  channel(id: string): ChannelDriver<any> | null
  /** An inbox as its driver sees it: the settings decrypted, the tools bound to it. */
  inboxFor(row: InboxRow): Inbox<Fields> | Promise<Inbox<Fields>>
}

export let pluginRegistry: PluginRegistry = {
  all: () => [],
  channel: () => null,
  inboxFor(row) {
    throw new Error(`No plugin serves the channel "${row.channel}"`)
  },
}

/** Puts another registry in place: the host's at start, a fake one in tests. */
export function useRegistry(registry: PluginRegistry): PluginRegistry {
  const before = pluginRegistry
  pluginRegistry = registry
  return before
}
