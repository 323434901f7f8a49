import app from '@adonisjs/core/services/app'
import { pluginTexts } from '#plugins/texts'
import { keptTexts } from '#web/kept_texts'
import { defineConfig, loaders } from '@adonisjs/i18n'

export default defineConfig({
  defaultLocale: 'en',
  supportedLocales: ['en', 'cs', 'sk', 'pl', 'el'],
  fallbackLocales: { sk: 'cs' },
  formatter: keptTexts(),
  loaders: [loaders.fs({ location: app.languageFilesPath() }), pluginTexts],
})
