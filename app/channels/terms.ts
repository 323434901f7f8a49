import type { Capabilities } from '#plugin'
import { readConfig } from '#channels/inbox_config'
import { pluginRegistry } from '#plugins/registry'
import { answerTermsBy } from '#tickets/channel_terms'

/** What the channel of this inbox takes, its settings included; null when its plugin is switched off. */
export function capabilitiesOf(inbox: { readonly channel: string; readonly config: string }): Capabilities | null {
  const driver = pluginRegistry.channel(inbox.channel)
  if (!driver) return null
  return driver.terms ? { ...driver.capabilities, ...driver.terms(readConfig(inbox) as never) } : driver.capabilities
}

answerTermsBy(capabilitiesOf)
