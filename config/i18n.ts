import app from '@adonisjs/core/services/app'
import { pluginTexts } from '#plugins/texts'
import { defineConfig, formatters, loaders } from '@adonisjs/i18n'

export default defineConfig({
  defaultLocale: 'en',
  supportedLocales: ['en', 'cs', 'sk', 'pl', 'el'],
  fallbackLocales: { sk: 'cs' },
  formatter: formatters.icu(),
  loaders: [loaders.fs({ location: app.languageFilesPath() }), pluginTexts],
})
