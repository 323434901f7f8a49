import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ApplicationService } from '@adonisjs/core/types'
import { addPluginRoot } from '#plugins/folders'
import { installed } from '#plugins/installed'
import logger from '@adonisjs/core/services/logger'

const LOOK_MS = 3000

/**
 * Finds the plugins at start and mounts what is found by name: views as disk `<id>`. Translations (texts.ts) and
 * migrations (config/database.ts) are found the same way; addresses, jobs and listeners ask for them when needed.
 */
export default class PluginsProvider {
  #looking: NodeJS.Timeout | undefined

  constructor(protected app: ApplicationService) {}

  register() {
    addPluginRoot(this.app.makePath('plugins'))
  }

  async boot() {
    await installed.discover()
    await mountViews()
    const [{ default: edge }, { panelsFor }, { ticketInDoubt }] = await Promise.all([import('edge.js'), import('#plugins/panels'), import('#tickets/doubt')])
    edge.global('pluginPanels', panelsFor)
    edge.global('ticketInDoubt', ticketInDoubt)
  }

  async ready() {
    if (this.app.getEnvironment() !== 'web') return
    // A desk whose tables are not made yet starts too: what is switched on is looked up again with each use.
    await installed.settle().catch((error: Error) => logger.warn({ err: error }, 'Could not look which plugins are switched on'))
    // Another process may switch one; who asks the registry cannot wait for a query.
    this.#looking = setInterval(() => {
      installed.refresh().catch((error: Error) => logger.warn({ err: error }, 'Could not look which plugins are switched on'))
    }, LOOK_MS)
    this.#looking.unref()
  }

  async shutdown() {
    clearInterval(this.#looking)
    if (this.app.getEnvironment() !== 'web') return
    const { endStreams } = await import('#plugins/doors/streams')
    endStreams()
  }
}

/** Mounts the views of every plugin that was found. */
export async function mountViews() {
  const { default: edge } = await import('edge.js')
  for (const { id, path } of installed.all()) {
    if (existsSync(join(path, 'views'))) edge.mount(id, join(path, 'views'))
  }
}
