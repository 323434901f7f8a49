import logger from '@adonisjs/core/services/logger'
import type { Address } from '#plugin'
import Inbox from '#channels/inbox'
import { nameUnnamed } from '#customers/identity'
import { keepPicture } from '#customers/picture'
import { pluginRegistry } from '#plugins/registry'
import { keepFile } from '#support/files'
import { within } from '#support/patience'
import { sniff } from '#tickets/sniffing'

const SECONDS = 30
const MAX_BYTES = 5_000_000
const DAY_MS = 86_400_000

/**
 * Asks the channel who wrote, and keeps name and picture. Providers often refuse: then the address stands for the
 * person, and nobody is asked again for a day.
 */
export async function learnProfile({ inbox: inboxId, customer: customerId, kind, value }: { inbox: number; customer: number; kind: Address['kind']; value: string }) {
  const inbox = await Inbox.find(inboxId)
  const driver = inbox && pluginRegistry.channel(inbox.channel)
  if (!inbox || inbox.deletedAt || !driver?.profile) return
  try {
    const seen = pluginRegistry.inboxFor(inbox)
    const asked = await seen.store.get(`profile:${value}`)
    if (asked && Date.now() - Number(asked) < DAY_MS) return
    await seen.store.put(`profile:${value}`, String(Date.now()))
    const profile = await within(SECONDS, driver.profile({ kind, value }, seen), () => new Error('No answer'))
    if (profile?.name) await nameUnnamed(customerId, profile.name, { by: null, via: 'plugin' })
    if (!profile?.picture) return
    const kept = await within(SECONDS, profile.picture.open().then((stream) => keepFile(stream, { maxBytes: MAX_BYTES })), () => new Error('No picture'))
    const type = sniff(kept.head, profile.picture.name)
    if (/^image\/(png|jpeg|gif|webp)$/.test(type)) await keepPicture(customerId, { sha256: kept.sha256, type })
  } catch (error) {
    // A name is a courtesy: the conversation goes on without it.
    logger.info({ err: error, inbox: inbox.id }, 'The profile of a customer could not be had')
  }
}
