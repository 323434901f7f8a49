import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

// `/hooks/…` and `/public/…` never come this far: see middleware/doors_middleware.ts.
router
  .group(() => {
    router.route('plugins/:plugin/*', ['GET', 'POST'], [controllers.plugins.AgentDoors, 'handle'])
    router.get('customers/:id/panels/:plugin/:panel/:connection', [controllers.plugins.Panels, 'show'])
    router.get('actions/:plugin/:action/:connection', [controllers.plugins.Actions, 'create'])
    router.post('actions/:plugin/:action/:connection', [controllers.plugins.Actions, 'store'])

    router
      .group(() => {
        router.resource('plugins', controllers.plugins.Plugins).only(['index', 'show', 'update'])
        router.post('plugins/:id/enablement', [controllers.plugins.Enablements, 'store'])
        router.delete('plugins/:id/enablement', [controllers.plugins.Enablements, 'destroy'])
        router.post('plugins/:id/check', [controllers.plugins.PluginChecks, 'store'])
        router.resource('plugins.connections', controllers.plugins.Connections).only(['create', 'store', 'edit', 'update', 'destroy'])
      })
      .prefix('admin')
      .as('admin')
  })
  .use(middleware.auth())
