import type { ApplicationService } from '@adonisjs/core/types'

/** Finds the plugins at start and mounts what is found by name: views, translations, migrations. */
export default class PluginsProvider {
  constructor(protected app: ApplicationService) {}

  register() {}
}
