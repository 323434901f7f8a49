import router from '@adonisjs/core/services/router'
import { controllers } from '#generated/controllers'
import { middleware } from '#start/kernel'

router
  .group(() => {
    router.get('search', [controllers.search.Searches, 'index'])
    router.get('palette', [controllers.search.Palettes, 'show'])
  })
  .use(middleware.auth())
