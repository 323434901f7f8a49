import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

/** A plugin is named by a word; ids elsewhere are numbers (start/kernel.ts). */
const pluginId = /^[a-z][a-z0-9_]*$/

// `/hooks/…` and `/public/…` never come this far: see middleware/doors_middleware.ts.
router
  .group(() => {
    router.route('plugins/:plugin/*', ['GET', 'POST'], [controllers.plugins.AgentDoors, 'handle'])
    router.get('customers/:id/panels/:plugin/:panel/:connection', [controllers.plugins.Panels, 'show'])
    router.get('actions/:plugin/:action/:connection', [controllers.plugins.Actions, 'create'])
    router.post('actions/:plugin/:action/:connection', [controllers.plugins.Actions, 'store'])

    router
      .group(() => {
        router.resource('plugins', controllers.plugins.Plugins).only(['index', 'show', 'update']).where('id', pluginId)
        router.post('plugins/:id/enablement', [controllers.plugins.Enablements, 'store']).where('id', pluginId)
        router.delete('plugins/:id/enablement', [controllers.plugins.Enablements, 'destroy']).where('id', pluginId)
        router.post('plugins/:id/check', [controllers.plugins.PluginChecks, 'store']).where('id', pluginId)
        router.resource('plugins.connections', controllers.plugins.Connections).only(['create', 'store', 'edit', 'update', 'destroy'])
      })
      .prefix('admin')
      .as('admin')
  })
  .use(middleware.auth())
