import '#setup/parts'
import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

router.get('setup', [controllers.setup.FirstRuns, 'show'])
router.post('setup', [controllers.setup.FirstRuns, 'store'])

router
  .group(() => {
    router.get('setup/inbox', [controllers.setup.Connections, 'create'])
    router.get('setup/team', [controllers.setup.Colleagues, 'create'])
    router.get('settings', [controllers.setup.Homes, 'redirect'])

    router
      .group(() => {
        router.get('/', [controllers.setup.Homes, 'show']).use(middleware.role('supervisor'))
        router.post('steps', [controllers.setup.Skips, 'store'])
        router.delete('steps', [controllers.setup.Skips, 'destroy'])
        router.get('company', [controllers.setup.Companies, 'edit'])
        router.put('company', [controllers.setup.Companies, 'update'])
        router.resource('tags', controllers.setup.Tags).only(['index', 'store', 'update', 'destroy'])
        router.post('categories', [controllers.setup.Categories, 'store'])
        router.delete('categories/:category', [controllers.setup.Categories, 'destroy'])
      })
      .prefix('admin')
      .as('admin.setup')
  })
  .use(middleware.auth())
