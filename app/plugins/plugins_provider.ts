import type { ApplicationService } from '@adonisjs/core/types'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { addPluginRoot } from '#plugins/folders'
import { installed } from '#plugins/installed'

/** Finds the plugins at start and mounts what is found by name: views, translations, migrations. */
export default class PluginsProvider {
  constructor(protected app: ApplicationService) {}

  register() {
    addPluginRoot(this.app.makePath('plugins'))
  }

  async boot() {
    await installed.discover()
    const { default: edge } = await import('edge.js')
    for (const { id, path } of installed.all()) {
      if (existsSync(join(path, 'views'))) edge.mount(id, join(path, 'views'))
    }
  }
}
