import app from '@adonisjs/core/services/app'
import i18nManager from '@adonisjs/i18n/services/main'
import db from '@adonisjs/lucid/services/db'
import { addPluginRoot } from '#plugins/folders'
import { installed } from '#plugins/installed'
import { hearForPlugins } from '#plugins/listening'
import { mountViews } from '#plugins/plugins_provider'

/** The plugins of tests/fixtures/plugins stand beside the house's own from now on, as if they had been there at start. */
export async function givenFixturePlugins() {
  addPluginRoot(app.makePath('tests/fixtures/plugins'))
  await installed.discover()
  await i18nManager.reloadTranslations()
  await mountViews()
  hearForPlugins()
}

/** Switches a plugin on, as a row would; tests that roll back look again afterwards. */
export async function givenEnabled(...ids: string[]) {
  for (const id of ids) await db.connection().knexQuery().table('plugins').insert({ id, enabled_at: 1, created_at: 1, updated_at: 1 }).onConflict('id').merge(['enabled_at'])
  await installed.refresh({ force: true })
}
