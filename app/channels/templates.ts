import logger from '@adonisjs/core/services/logger'
import type { Template } from '#plugin'
import Inbox from '#channels/inbox'
import { pluginRegistry } from '#plugins/registry'
import { nowMs } from '#support/clock'
import { within } from '#support/patience'
import { transaction } from '#support/transaction'

const SECONDS = 30
const MOST = 500

/**
 * Brings the list of an inbox's templates up to what the provider says. One it does not name any more goes.
 *
 * @throws whatever the driver throws; the list stays as it was
 */
export async function readTemplatesAnew(inbox: Inbox) {
  const driver = pluginRegistry.channel(inbox.channel)
  if (!driver?.templates || inbox.deletedAt) return
  const templates = await within(SECONDS, driver.templates(pluginRegistry.inboxFor(inbox)), () => new Error(`No answer within ${SECONDS} s`))
  const at = nowMs()
  await transaction(async (trx) => {
    for (const template of templates.slice(0, MOST)) {
      await trx.knexQuery().table('channel_templates').insert(rowOf(inbox.id, template, at)).onConflict(['inbox_id', 'name', 'language']).merge(['body', 'placeholders', 'state', 'category', 'seen_at'])
    }
    await trx.from('channel_templates').where('inbox_id', inbox.id).where('seen_at', '<', at).delete()
  })
}

function rowOf(inboxId: number, { name, language, body, placeholders, state, category }: Template, at: number) {
  return { inbox_id: inboxId, name: name.slice(0, 200), language: language.slice(0, 20), body, placeholders: JSON.stringify(placeholders), state, category: category?.slice(0, 60) ?? null, seen_at: at }
}

/** The same for every working inbox; one that cannot be asked keeps its list. */
export async function readAllTemplates() {
  for (const inbox of await Inbox.query().whereNull('deleted_at').whereNull('paused_at').orderBy('id')) {
    await readTemplatesAnew(inbox).catch((error: Error) => logger.info({ err: error, inbox: inbox.id }, 'The templates could not be listed'))
  }
}
