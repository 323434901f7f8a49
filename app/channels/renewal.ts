import logger from '@adonisjs/core/services/logger'
import Inbox from '#channels/inbox'
import type { Nested } from '#channels/inbox_config'
import { pluginRegistry } from '#plugins/registry'
import { within } from '#support/patience'

const SECONDS = 30

/** Lets each channel renew what runs out (a token), once a day. One that fails keeps what it had; its health says so. */
export async function renewInboxes() {
  for (const inbox of await Inbox.query().whereNull('deleted_at').whereNull('paused_at').orderBy('id')) {
    const driver = pluginRegistry.channel(inbox.channel)
    if (!driver?.renew) continue
    try {
      const values = await within(SECONDS, driver.renew(pluginRegistry.inboxFor(inbox)), () => new Error(`No answer within ${SECONDS} s`))
      if (values) await inbox.change({ config: values as Nested }, { by: null, via: 'clock' })
    } catch (error) {
      logger.warn({ err: error, inbox: inbox.id }, 'What runs out could not be renewed; tried again tomorrow')
    }
  }
}
